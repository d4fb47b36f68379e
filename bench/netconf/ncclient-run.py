"""What the same costs with ncclient. Prints milliseconds of processor time as JSON."""
import json
import sys
import time

from ncclient import manager

host, port, user, key, rounds = sys.argv[1:6]
session = manager.connect(
    host=host, port=int(port), username=user, key_filename=key,
    hostkey_verify=False, look_for_keys=False, allow_agent=False, timeout=60,
)
edit = (
    '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
    '<router xmlns="urn:vagus:test:router"><description>round %d</description></router></config>'
)


def read(_):
    return session.get_config('running').data_ele


def commit(number):
    read(number)
    with session.locked('candidate'):
        session.edit_config(target='candidate', config=edit % number)
        session.commit(confirmed=True, timeout='90', persist='vagus-%d' % number)
    session.cancel_commit(persist_id='vagus-%d' % number)


def spent(work):
    for number in range(int(rounds)):
        work(number)
    before = time.process_time()
    for number in range(int(rounds)):
        work(number)
    return (time.process_time() - before) * 1000 / int(rounds)


print(json.dumps({'reading': spent(read), 'commit': spent(commit)}))
session.close_session()
