/** Messages as RFC 6241, RFC 7895 and RFC 8525 show them, and as servers send them that err. */

const base = 'urn:ietf:params:xml:ns:netconf:base:1.0'

/** RFC 6241 §8.1, with the capabilities of a router. */
export const hello = `<?xml version="1.0" encoding="UTF-8"?>
<hello xmlns="${base}">
  <capabilities>
    <capability>
      urn:ietf:params:netconf:base:1.1
    </capability>
    <capability>
      urn:ietf:params:netconf:capability:startup:1.0
    </capability>
    <capability>
      http://example.net/router/2.3/myfeature
    </capability>
    <capability>urn:ietf:params:netconf:capability:candidate:1.0</capability>
    <capability>urn:ietf:params:netconf:capability:confirmed-commit:1.1</capability>
    <capability>urn:ietf:params:netconf:capability:validate:1.1</capability>
    <capability>urn:ietf:params:netconf:capability:yang-library:1.1?revision=2019-01-04&amp;content-id=7</capability>
    <capability>urn:ietf:params:xml:ns:yang:ietf-interfaces?module=ietf-interfaces&amp;revision=2014-05-08</capability>
    <capability>http://acme.example.com/system?module=acme-system&amp;features=a,b</capability>
  </capabilities>
  <session-id>4</session-id>
</hello>`

/** Prefixed, as ncclient's handlers know it of Ericsson and Nokia; with the old form of a capability, as Junos has it. */
export const prefixedHello = `<nc:hello xmlns:nc="${base}"><nc:capabilities>
<nc:capability>urn:ietf:params:xml:ns:netconf:base:1.0</nc:capability>
<nc:capability>urn:ietf:params:xml:ns:netconf:capability:candidate:1.0</nc:capability>
</nc:capabilities><nc:session-id>4294967295</nc:session-id></nc:hello>`

export const bareHello = `<hello><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities>
<session-id> 17 </session-id></hello>\0\0`

/** RFC 6241 §4.3, the second example. */
export const invalidValues = `<rpc-reply message-id="101"
  xmlns="${base}"
  xmlns:xc="${base}">
  <rpc-error>
    <error-type>application</error-type>
    <error-tag>invalid-value</error-tag>
    <error-severity>error</error-severity>
    <error-path xmlns:t="http://example.com/schema/1.2/config">
      /t:top/t:interface[t:name="Ethernet0/0"]/t:mtu
    </error-path>
    <error-message xml:lang="en">
      MTU value 25000 is not within range 256..9192
    </error-message>
  </rpc-error>
  <rpc-error>
    <error-type>application</error-type>
    <error-tag>invalid-value</error-tag>
    <error-severity>error</error-severity>
    <error-path xmlns:t="http://example.com/schema/1.2/config">
      /t:top/t:interface[t:name="Ethernet1/0"]/t:address/t:name
    </error-path>
    <error-message xml:lang="en">
      Invalid IP address for interface Ethernet1/0
    </error-message>
  </rpc-error>
</rpc-reply>`

/** RFC 6241 §4.3, the first example. */
export const missingAttribute = `<rpc-reply xmlns="${base}">
  <rpc-error>
    <error-type>rpc</error-type>
    <error-tag>missing-attribute</error-tag>
    <error-severity>error</error-severity>
    <error-info>
      <bad-attribute>message-id</bad-attribute>
      <bad-element>rpc</bad-element>
    </error-info>
  </rpc-error>
</rpc-reply>`

/** RFC 6241 §7.5. */
export const lockDenied = `<rpc-reply message-id="101" xmlns="${base}">
  <rpc-error> <!-- lock failed -->
    <error-type>protocol</error-type>
    <error-tag>lock-denied</error-tag>
    <error-severity>error</error-severity>
    <error-message>
      Lock failed, lock is already held
    </error-message>
    <error-info>
      <session-id>454</session-id>
      <!-- lock is held by NETCONF session 454 -->
    </error-info>
  </rpc-error>
</rpc-reply>`

/** RFC 6241 §7.7. */
export const data = `<rpc-reply message-id="101" xmlns="${base}">
  <data>
    <top xmlns="http://example.com/schema/1.2/stats">
      <interfaces>
        <interface>
          <ifName>eth0</ifName>
          <ifInOctets>45621</ifInOctets>
          <ifOutOctets>774344</ifOutOctets>
        </interface>
      </interfaces>
    </top>
  </data>
</rpc-reply>`

export const ok = `<rpc-reply message-id="101" xmlns="${base}"><ok/></rpc-reply>`

/** Junos: errors in an element that names the operation, and no namespace. */
export const junosFailure = `<rpc-reply message-id="7"><load-configuration-results><rpc-error>
<error-severity>error</error-severity><error-message>
syntax error
</error-message><error-info><bad-element>mtuu</bad-element></error-info></rpc-error></load-configuration-results></rpc-reply>`

/** Junos: a warning beside what was done. */
export const junosWarning = `<rpc-reply message-id="8" xmlns="${base}"><rpc-error>
<error-severity>warning</error-severity><error-message>mgd: statement has no effect</error-message></rpc-error><ok/></rpc-reply>`

const library = 'urn:ietf:params:xml:ns:yang:ietf-yang-library'

/** RFC 8525 appendix B, shortened, beside the list of RFC 7895. */
export const yangLibrary = `<rpc-reply message-id="2" xmlns="${base}"><data>
<yang-library xmlns="${library}">
  <module-set>
    <name>config-modules</name>
    <module><name>ietf-interfaces</name><revision>2018-02-20</revision>
      <namespace>urn:ietf:params:xml:ns:yang:ietf-interfaces</namespace></module>
    <import-only-module><name>ietf-yang-types</name><revision>2013-07-15</revision>
      <namespace>urn:ietf:params:xml:ns:yang:ietf-yang-types</namespace></import-only-module>
  </module-set>
</yang-library>
<modules-state xmlns="${library}"><module-set-id>1</module-set-id>
  <module><name>acme-old</name><revision/><namespace>http://acme.example.com/old</namespace>
    <conformance-type>implement</conformance-type></module>
</modules-state></data></rpc-reply>`

/** Identities and paths, whose prefixes are values. */
export const identities = `<rpc-reply message-id="3" xmlns="${base}"><data>
<if:interfaces xmlns:if="urn:ietf:params:xml:ns:yang:ietf-interfaces"
    xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type" xmlns="urn:other"><if:interface><if:name>a b</if:name>
  <if:type>ianaift:ethernetCsmacd</if:type><if:kind>of-default</if:kind><on/>
  <where>/if:interfaces/if:interface[if:name='a b']/ianaift:x</where><v6>2001:db8::1</v6></if:interface>
</if:interfaces></data></rpc-reply>`

export const all = {
  hello,
  prefixedHello,
  bareHello,
  invalidValues,
  missingAttribute,
  lockDenied,
  data,
  ok,
  junosFailure,
  junosWarning,
  yangLibrary,
  identities,
} as const
