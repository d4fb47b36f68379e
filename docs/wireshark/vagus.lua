-- Wireshark and tshark (3.6 and newer): what Vagus adds to BGP, and GRASP.
--
--   wireshark -X lua_script:vagus.lua FILE      or copy this file into ~/.local/lib/wireshark/plugins
--
-- Telemetry (draft-vagus-idr-telemetry) stands in its own tree below BGP, which Wireshark decodes itself; filters begin
-- with "vagus.". GRASP (RFC 8990) is a protocol of its own: its multicasts on UDP 7017, and any TCP connection that begins
-- with one of its messages; filters begin with "grasp.". Where Wireshark has a GRASP of its own, that one is used.

local enterprise_code = 32473 -- for documentation (RFC 5612), until one is assigned
local agents_port = 1790 -- BGP of agents where a router has port 179
local directions = { [0] = "no", [1] = "outwards", [2] = "inwards", [3] = "both ways" }

-- ---------------------------------------------------------------------------------------------------- telemetry in BGP

local vagus = Proto("vagus", "Vagus telemetry in BGP")
vagus.prefs.carrier = Pref.uint("Carrier attribute", 129, "Code of the path attribute of carrier B; 0: none")

local views = { [1] = "destination prefix", [2] = "source prefix", [3] = "flow", [4] = "application", [5] = "origin AS" }
local f = {
  version = ProtoField.uint8("vagus.capability.version", "Version"),
  features = ProtoField.uint8("vagus.capability.features", "Features", base.HEX),
  links = ProtoField.bool("vagus.capability.links", "Accepts links", 8, nil, 0x01),
  views = ProtoField.bool("vagus.capability.views", "Accepts views", 8, nil, 0x02),
  reflects = ProtoField.bool("vagus.capability.reflects", "Reflects", 8, nil, 0x04),
  enterprise = ProtoField.uint32("vagus.enterprise", "Enterprise code"),
  congested = ProtoField.uint8("vagus.congested", "Congested", base.DEC, directions, 0x03),
  confidence = ProtoField.uint8("vagus.confidence", "Confidence"),
  sequence = ProtoField.uint64("vagus.sequence", "Sequence (ms since 1970)"),
  agent = ProtoField.uint64("vagus.agent", "Agent", base.HEX),
  window = ProtoField.uint32("vagus.window", "Window (ms)"),
  threshold = ProtoField.float("vagus.threshold", "Threshold (octets/s)"),
  drops = ProtoField.float("vagus.drops", "Drops (packets/s)"),
  received = ProtoField.float("vagus.received", "Received (octets/s)"),
  view = ProtoField.uint8("vagus.view", "View", base.DEC, views),
  page = ProtoField.uint8("vagus.page", "Page"),
  pages = ProtoField.uint8("vagus.pages", "Pages"),
  total4 = ProtoField.float("vagus.total.ipv4", "Total IPv4 (octets/s)"),
  total6 = ProtoField.float("vagus.total.ipv6", "Total IPv6 (octets/s)"),
  key = ProtoField.string("vagus.key", "Key"),
  rate = ProtoField.float("vagus.rate", "Rate (octets/s)"),
  share = ProtoField.uint16("vagus.share", "Share (thousandths)"),
  trend = ProtoField.int8("vagus.trend", "Trend (%)"),
  carrier = ProtoField.uint8("vagus.carrier.version", "Carrier version"),
  nlri = ProtoField.bytes("vagus.nlri", "BGP-LS NLRI"),
  epoch = ProtoField.absolute_time("vagus.coarse.epoch", "Measured", base.UTC),
  interface = ProtoField.uint16("vagus.coarse.interface", "Interface"),
  coarse = ProtoField.uint32("vagus.coarse.congested", "Congested", base.DEC, directions, 0xc0000000),
  out = ProtoField.uint32("vagus.coarse.out", "Out (thousandths)", base.DEC, nil, 0x3fff8000),
  into = ProtoField.uint32("vagus.coarse.in", "In (thousandths)", base.DEC, nil, 0x00007fff),
}
vagus.fields = {}
for _, field in pairs(f) do table.insert(vagus.fields, field) end
local short = ProtoExpert.new("vagus.short", "Shorter than its form says", expert.group.MALFORMED, expert.severity.WARN)
vagus.experts = { short }

local function is_ours(octets) return octets:len() >= 4 and octets(0, 4):uint() == enterprise_code end

-- Fields one after the other: { field, octets }. False when they do not fit.
local function add_all(tree, octets, from, list)
  for _, one in ipairs(list) do
    local field, length = one[1], one[2]
    if from + length > octets:len() then
      tree:add_proto_expert_info(short)
      return false
    end
    if field then tree:add(field, octets(from, length)) end
    from = from + length
  end
  return from
end

local function add_capability(tree, octets)
  if not is_ours(octets) then return end
  local own = tree:add(vagus, octets, "Telemetry capability")
  if not add_all(own, octets, 0, { { f.enterprise, 4 }, { f.version, 1 } }) or octets:len() < 6 then return end
  local features = own:add(f.features, octets(5, 1))
  for _, one in ipairs({ f.links, f.views, f.reflects }) do features:add(one, octets(5, 1)) end
end

local function add_measurement(tree, octets)
  local own = tree:add(vagus, octets, "Measurement of a link")
  add_all(own, octets, 0, {
    { f.enterprise, 4 }, { f.congested, 1 }, { f.confidence, 1 }, { nil, 2 }, { f.sequence, 8 }, { f.agent, 8 },
    { f.window, 4 }, { f.threshold, 4 }, { f.drops, 4 }, { f.received, 4 },
  })
end

local function address_text(octets)
  if octets:len() == 4 then return tostring(octets:ipv4()) end
  return tostring(octets:ipv6())
end

-- A prefix as so many octets as its length needs.
local function prefix_text(version, length, octets)
  local whole = ByteArray.new()
  whole:set_size(version == 4 and 4 or 16)
  for at = 0, whole:len() - 1 do whole:set_index(at, at < octets:len() and octets(at, 1):uint() or 0) end
  local tvb = whole:tvb("prefix")
  return address_text(tvb(0, whole:len())) .. "/" .. length
end

-- The octets and text of the key of a record; nil when it does not fit.
local function key_at(view, octets, at)
  local left = octets:len() - at
  if view == 1 or view == 2 then
    if left < 2 then return nil end
    local version, length = octets(at, 1):uint(), octets(at + 1, 1):uint()
    local bytes = math.floor((length + 7) / 8)
    if left < 2 + bytes or length > (version == 4 and 32 or 128) then return nil end
    if bytes == 0 then return 2, (version == 4 and "0.0.0.0/" or "::/") .. length end
    return 2 + bytes, prefix_text(version, length, octets(at + 2, bytes))
  elseif view == 3 then
    if left < 1 then return nil end
    local address = octets(at, 1):uint() == 4 and 4 or 16
    local total = 1 + 2 * address + 5
    if left < total then return nil end
    local ports = at + 2 + 2 * address
    return total, string.format("%s:%d > %s:%d protocol %d",
      address_text(octets(at + 1, address)), octets(ports, 2):uint(),
      address_text(octets(at + 1 + address, address)), octets(ports + 2, 2):uint(), octets(ports - 1, 1):uint())
  elseif view == 4 then
    if left < 1 or left < 1 + octets(at, 1):uint() then return nil end
    local length = octets(at, 1):uint()
    return 1 + length, length == 0 and "" or octets(at + 1, length):string()
  end
  if left < 4 then return nil end
  return 4, "AS" .. octets(at, 4):uint()
end

local function add_view(tree, octets)
  local own = tree:add(vagus, octets, "Heaviest traffic of a device")
  local at = add_all(own, octets, 0, {
    { f.enterprise, 4 }, { f.view, 1 }, { f.page, 1 }, { f.pages, 1 }, { nil, 1 }, { f.sequence, 8 }, { f.agent, 8 },
    { f.window, 4 }, { f.total4, 4 }, { f.total6, 4 },
  })
  if not at then return end
  local view = octets(4, 1):uint()
  while at < octets:len() do
    local length, text = key_at(view, octets, at)
    if not length or at + length + 7 > octets:len() then
      own:add_proto_expert_info(short)
      return
    end
    local record = own:add(f.key, octets(at, length), text)
    add_all(record, octets, at + length, { { f.rate, 4 }, { f.share, 2 } })
    local trend = octets(at + length + 6, 1)
    if trend:int() ~= -128 then record:add(f.trend, trend) end -- -128: there was none
    at = at + length + 7
  end
end

-- The TLVs of a BGP-LS attribute (RFC 9552): type 2, length 2, value.
local function add_tlvs(tree, octets)
  local at = 0
  while at + 4 <= octets:len() do
    local code, length = octets(at, 2):uint(), octets(at + 2, 2):uint()
    if at + 4 + length > octets:len() then return end
    if length >= 4 and (code == 65001 or code == 65010) then
      local value = octets(at + 4, length)
      if is_ours(value) then (code == 65001 and add_measurement or add_view)(tree, value) end
    end
    at = at + 4 + length
  end
end

local function add_carrier(tree, octets)
  if not is_ours(octets) then return end
  local own = tree:add(vagus, octets, "Telemetry in an attribute (carrier B)")
  local at = add_all(own, octets, 0, {
    { f.enterprise, 4 }, { f.carrier, 1 }, { f.page, 1 }, { f.pages, 1 }, { nil, 1 }, { f.sequence, 8 }, { f.agent, 8 },
  })
  while at and at + 2 <= octets:len() do
    local nlri = octets(at, 2):uint()
    if at + 4 + nlri > octets:len() then break end
    local tlvs = octets(at + 2 + nlri, 2):uint()
    if at + 4 + nlri + tlvs > octets:len() then break end
    if nlri > 0 then own:add(f.nlri, octets(at + 2, nlri)) end
    if tlvs > 0 then add_tlvs(own, octets(at + 4 + nlri, tlvs)) end
    at = at + 4 + nlri + tlvs
  end
  if at and at < octets:len() then own:add_proto_expert_info(short) end
end

-- Large communities (RFC 8092) of carrier C: one with the time makes the others mean something.
local function add_communities(tree, octets)
  local own = nil
  for pass = 1, 2 do
    for at = 0, octets:len() - 12, 12 do
      local kind = octets(at + 4, 2):uint()
      if pass == 1 and kind == 0x7a00 and not own then
        own = tree:add(vagus, octets, "Telemetry in large communities (carrier C)")
        own:add(f.epoch, octets(at + 8, 4))
      elseif pass == 2 and own and kind == 0x7a01 then
        local link = own:add(f.interface, octets(at + 6, 2))
        for _, one in ipairs({ f.coarse, f.out, f.into }) do link:add(one, octets(at + 8, 4)) end
      end
    end
  end
end

-- Optional parameters of OPEN, also of the form of RFC 9072: capabilities are those of type 2.
local function add_open(tree, octets)
  if octets:len() < 29 then return end
  local at, size, last = 29, 1, 29 + octets(28, 1):uint()
  if octets:len() >= 32 and octets(29, 1):uint() == 255 then
    at, size, last = 32, 2, 32 + octets(30, 2):uint()
  end
  last = math.min(last, octets:len())
  while at + 1 + size <= last do
    local kind, length = octets(at, 1):uint(), octets(at + 1, size):uint()
    local from = at + 1 + size
    local past = math.min(from + length, last)
    while kind == 2 and from + 2 <= past do
      local code, count = octets(from, 1):uint(), octets(from + 1, 1):uint()
      if from + 2 + count > past then break end
      if code == 239 and count > 0 then add_capability(tree, octets(from + 2, count)) end
      from = from + 2 + count
    end
    at = at + 1 + size + length
  end
end

local function add_update(tree, octets)
  if octets:len() < 23 then return end
  local at = 21 + octets(19, 2):uint()
  if at + 2 > octets:len() then return end
  local last = math.min(at + 2 + octets(at, 2):uint(), octets:len())
  at = at + 2
  while at + 3 <= last do
    local long = bit.band(octets(at, 1):uint(), 0x10) ~= 0
    local code = octets(at + 1, 1):uint()
    local from = at + (long and 4 or 3)
    if from > last then return end
    local length = octets(at + 2, long and 2 or 1):uint()
    if from + length > last then return end
    if length > 0 then
      local value = octets(from, length)
      if code == 29 then add_tlvs(tree, value)
      elseif code == 32 then add_communities(tree, value)
      elseif code == vagus.prefs.carrier then add_carrier(tree, value) end
    end
    at = from + length
  end
end

local messages = Field.new("bgp") -- each message of BGP in the frame, put together from segments

function vagus.dissector(_, _, tree)
  for _, message in ipairs({ messages() }) do
    local octets = message.range
    if octets and octets:len() >= 19 then
      local kind = octets(18, 1):uint()
      if kind == 1 then add_open(tree, octets) elseif kind == 2 then add_update(tree, octets) end
    end
  end
end

register_postdissector(vagus)
DissectorTable.get("tcp.port"):add(agents_port, Dissector.get("bgp"))

-- --------------------------------------------------------------------------------------------------------------- GRASP

if pcall(Dissector.get, "grasp") and Dissector.get("grasp") then return end

local grasp = Proto("grasp", "GRASP")
local types = {
  [0] = "M_NOOP", [1] = "M_DISCOVERY", [2] = "M_RESPONSE", [3] = "M_REQ_NEG", [4] = "M_REQ_SYN", [5] = "M_NEGOTIATE",
  [6] = "M_END", [7] = "M_WAIT", [8] = "M_SYNCH", [9] = "M_FLOOD", [99] = "M_INVALID",
}
local options = {
  [100] = "O_DIVERT", [101] = "O_ACCEPT", [102] = "O_DECLINE", [103] = "O_IPv6_LOCATOR", [104] = "O_IPv4_LOCATOR",
  [105] = "O_FQDN_LOCATOR", [106] = "O_URI_LOCATOR",
}
local g = {
  type = ProtoField.uint8("grasp.type", "Type", base.DEC, types),
  session = ProtoField.uint32("grasp.session", "Session id", base.HEX),
  initiator = ProtoField.string("grasp.initiator", "Initiator"),
  ttl = ProtoField.uint32("grasp.ttl", "TTL (ms)"),
  waiting = ProtoField.uint32("grasp.waiting_time", "Waiting time (ms)"),
  objective = ProtoField.string("grasp.objective", "Objective"),
  flags = ProtoField.uint8("grasp.flags", "Flags", base.HEX),
  discovery = ProtoField.bool("grasp.flags.discovery", "F_DISC", 8, nil, 0x01),
  negotiation = ProtoField.bool("grasp.flags.negotiation", "F_NEG", 8, nil, 0x02),
  synchronization = ProtoField.bool("grasp.flags.synchronization", "F_SYNCH", 8, nil, 0x04),
  dry = ProtoField.bool("grasp.flags.dry", "F_NEG_DRY", 8, nil, 0x08),
  loop = ProtoField.uint8("grasp.loop_count", "Loop count"),
  value = ProtoField.string("grasp.value", "Value"),
  option = ProtoField.uint8("grasp.option", "Option", base.DEC, options),
  reason = ProtoField.string("grasp.reason", "Reason"),
  locator = ProtoField.string("grasp.locator", "Locator"),
  content = ProtoField.string("grasp.content", "Content"),
}
grasp.fields = {}
for _, field in pairs(g) do table.insert(grasp.fields, field) end
local wrong = ProtoExpert.new("grasp.wrong", "Not of the form of RFC 8990", expert.group.MALFORMED, expert.severity.WARN)
grasp.experts = { wrong }

local deepest, longest_list, longest_text = 32, 1024, 4000

-- CBOR (RFC 8949). An item is { major, number or text, range, list, next }; nil when the octets end too early, false when
-- they are none.
local read
local function read_list(octets, at, count, depth, item)
  if count > longest_list then return false end
  item.list = {}
  for _ = 1, count do
    local one = read(octets, at, depth + 1)
    if not one then return one end
    table.insert(item.list, one)
    at = one.next
  end
  item.next = at
  return item
end

function read(octets, at, depth)
  if depth > deepest then return false end
  if at >= octets:len() then return nil end
  local first = octets(at, 1):uint()
  local major, argument = math.floor(first / 32), first % 32
  local from, number = at + 1, argument
  if argument >= 24 then
    if argument > 27 then return false end -- of indefinite length: GRASP has none
    local size = 2 ^ (argument - 24)
    if from + size > octets:len() then return nil end
    number = size == 8 and octets(from, 8):uint64() or octets(from, size):uint()
    if size == 8 then number = number:tonumber() end
    from = from + size
  end
  local item = { major = major, number = number, argument = argument, at = at, head = from, next = from }
  if major == 2 or major == 3 then
    if from + number > octets:len() then return nil end
    item.next = from + number
    item.octets = number > 0 and octets(from, number) or nil
    item.text = major == 3 and (number > 0 and octets(from, number):string(ENC_UTF_8) or "") or nil
    return item
  end
  if major == 4 then return read_list(octets, from, number, depth, item) end
  if major == 5 then return read_list(octets, from, number * 2, depth, item) end
  if major == 6 then return read_list(octets, from, 1, depth, item) end
  return item
end

-- Diagnostic notation (RFC 8949 §8).
local function text_of(item, octets)
  local number = function(value) return string.format("%.0f", value) end
  if item.major == 0 then return number(item.number) end
  if item.major == 1 then return number(-1 - item.number) end
  if item.major == 2 then return "h'" .. (item.octets and item.octets:bytes():tohex(true) or "") .. "'" end
  if item.major == 3 then return '"' .. item.text .. '"' end
  if item.major == 7 then
    if item.argument == 26 then return tostring(octets(item.at + 1, 4):float()) end
    if item.argument == 27 then return tostring(octets(item.at + 1, 8):float()) end
    return ({ [20] = "false", [21] = "true", [22] = "null", [23] = "undefined" })[item.number] or "simple"
  end
  local parts = {}
  for at, one in ipairs(item.list) do
    local text = text_of(one, octets)
    if item.major == 5 and at % 2 == 0 then parts[#parts] = parts[#parts] .. ": " .. text
    else table.insert(parts, text) end
  end
  local all = table.concat(parts, ", ")
  if item.major == 4 then return "[" .. all .. "]" end
  if item.major == 5 then return "{" .. all .. "}" end
  return number(item.number) .. "(" .. all .. ")"
end

local function range_of(item, octets) return octets(item.at, item.next - item.at) end
local function is(item, major) return item ~= nil and item.major == major end

local function address_of(item)
  local length = item.octets and item.octets:len() or 0
  if length == 4 or length == 16 then return address_text(item.octets) end
  return "of " .. length .. " octets"
end

local function add_number(tree, field, item, octets)
  if not is(item, 0) then tree:add_proto_expert_info(wrong) return end
  tree:add(field, range_of(item, octets), item.number)
end

local function add_objective(tree, item, octets)
  local name = is(item, 4) and item.list[1] or nil
  if not is(name, 3) then tree:add_proto_expert_info(wrong) return nil end
  local own = tree:add(g.objective, range_of(item, octets), name.text)
  local _, flags, loop, value = table.unpack(item.list)
  if is(flags, 0) then
    local bits = own:add(g.flags, range_of(flags, octets), flags.number)
    -- The octet that holds the bits is the last one of the item.
    for _, one in ipairs({ g.discovery, g.negotiation, g.synchronization, g.dry }) do
      bits:add(one, octets(flags.next - 1, 1))
    end
  end
  if loop then add_number(own, g.loop, loop, octets) end
  if value then own:add(g.value, range_of(value, octets), text_of(value, octets):sub(1, longest_text)) end
  return name.text
end

local function add_locator(tree, item, octets)
  local kind = is(item, 4) and item.list[1] or nil
  if not is(kind, 0) or not item.list[2] then tree:add_proto_expert_info(wrong) return end
  local _, where, protocol, port = table.unpack(item.list)
  local text = is(where, 2) and address_of(where) or where.text or "?"
  if is(port, 0) then text = (text:find(":") and "[" .. text .. "]" or text) .. ":" .. port.number end
  if is(protocol, 0) then text = text .. (({ [6] = " TCP", [17] = " UDP" })[protocol.number] or "") end
  local own = tree:add(g.locator, range_of(item, octets), text)
  own:add(g.option, range_of(kind, octets), kind.number)
end

-- A locator, or O_DIVERT around some.
local function add_locators(tree, item, octets)
  local kind = is(item, 4) and item.list[1] or nil
  if not is(kind, 0) then tree:add_proto_expert_info(wrong) return end
  if kind.number ~= 100 then add_locator(tree, item, octets) return end
  local own = tree:add(g.option, range_of(item, octets), kind.number)
  for at = 2, #item.list do add_locator(own, item.list[at], octets) end
end

-- Adds what stands behind type and session id. Gives a few words for the list of packets.
local function add_body(tree, kind, list, octets)
  if kind == 1 or kind == 2 or kind == 9 then
    if is(list[3], 2) then tree:add(g.initiator, range_of(list[3], octets), address_of(list[3])) end
  end
  if kind == 1 then return list[4] and add_objective(tree, list[4], octets) end
  if kind == 2 then
    if list[4] then add_number(tree, g.ttl, list[4], octets) end
    local words = nil
    for at = 5, #list do
      local head = is(list[at], 4) and list[at].list[1] or nil
      if is(head, 3) then words = add_objective(tree, list[at], octets) else add_locators(tree, list[at], octets) end
    end
    return words
  end
  if kind == 9 then
    if list[4] then add_number(tree, g.ttl, list[4], octets) end
    local names = {}
    for at = 5, #list do
      local pair = is(list[at], 4) and list[at].list or {}
      if pair[1] then table.insert(names, add_objective(tree, pair[1], octets)) end
      if is(pair[2], 4) and #pair[2].list > 0 then add_locator(tree, pair[2], octets) end
    end
    return table.concat(names, ", ")
  end
  if kind == 6 then
    local option = is(list[3], 4) and list[3].list or {}
    if not is(option[1], 0) then tree:add_proto_expert_info(wrong) return nil end
    local own = tree:add(g.option, range_of(list[3], octets), option[1].number)
    if is(option[2], 3) then own:add(g.reason, range_of(option[2], octets), option[2].text) end
    return options[option[1].number] .. (is(option[2], 3) and " " .. option[2].text or "")
  end
  if kind == 7 then return list[3] and add_number(tree, g.waiting, list[3], octets) end
  if kind == 99 then
    if list[3] then tree:add(g.content, range_of(list[3], octets), text_of(list[3], octets):sub(1, longest_text)) end
    return nil
  end
  return list[3] and add_objective(tree, list[3], octets) -- both requests, M_NEGOTIATE, M_SYNCH
end

-- The message at `at`: its item; nil when more octets are needed, false when it is none.
local function message_at(octets, at)
  local item = read(octets, at, 0)
  if not item then return item end
  local kind = is(item, 4) and item.list[1] or nil
  if not is(kind, 0) or not types[kind.number] then return false end
  if kind.number == 0 then return #item.list == 1 and item end
  return is(item.list[2], 0) and item
end

local function dissect(tvb, pinfo, tree)
  local octets, at = tvb(), 0
  while at < octets:len() do
    local item = message_at(octets, at)
    if item == nil and pinfo.can_desegment > 0 then
      pinfo.desegment_offset, pinfo.desegment_len = at, DESEGMENT_ONE_MORE_SEGMENT
      return octets:len()
    end
    if not item then return at end
    pinfo.cols.protocol = "GRASP"
    local kind = item.list[1]
    local own = tree:add(grasp, range_of(item, octets))
    own:add(g.type, range_of(kind, octets), kind.number)
    if item.list[2] then own:add(g.session, range_of(item.list[2], octets), item.list[2].number) end
    local words = kind.number > 0 and add_body(own, kind.number, item.list, octets) or nil
    local info = types[kind.number] .. (words and words ~= "" and " " .. words or "")
    own:append_text(": " .. info)
    if at == 0 then pinfo.cols.info = info else pinfo.cols.info:append("; " .. info) end
    at = item.next
  end
  return at
end
grasp.dissector = dissect

-- A connection is GRASP's if it begins as its messages do: an array of a known type and a session id of 32 bits.
grasp:register_heuristic("tcp", function(tvb, pinfo, tree)
  if tvb:len() < 7 then return false end
  local head, kind, id = tvb(0, 1):uint(), tvb(1, 1):uint(), tvb(2, 1):uint()
  if head < 0x83 or head > 0x97 or kind < 1 or kind > 9 or id ~= 0x1a then return false end
  if message_at(tvb(), 0) == false then return false end
  dissect(tvb, pinfo, tree) -- called by its dissector, it could not ask for the next segment
  pinfo.conversation = grasp
  return true
end)
DissectorTable.get("udp.port"):add(7017, grasp)
