internal import Tables

/// A compiled time zone (RFC 8536, “TZif”): its changes of offset, those of its rule for the future written out.
struct ZoneFile {
  var firstOffset = 0
  var transitions: [Zone.Transition] = []

  /// Nil when the bytes are no such file.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard let old = Header(&reader) else { return nil }
    guard old.version >= UInt8(ascii: "2") else { return nil }
    // The first block has 32-bit times; the same follows with 64 bits.
    guard reader.skip(old.size(timeBytes: 4)), let header = Header(&reader) else { return nil }
    guard read(header, &reader), let rule = reader.line(), extend(by: rule) else { return nil }
  }

  private mutating func read(_ header: Header, _ reader: inout Reader) -> Bool {
    // Clocks here count no leap seconds, as those of the folder `right/` do.
    guard header.typeCount > 0, header.leapCount == 0, reader.left >= header.size(timeBytes: 8) else { return false }
    let times = (0..<header.transitionCount).map { _ in reader.integer(8) }
    let kinds = (0..<header.transitionCount).map { _ in reader.integer(1) & 0xFF }
    let offsets = (0..<header.typeCount).map { _ in
      defer { _ = reader.skip(2) }
      return reader.integer(4)
    }
    guard reader.skip(header.tailSize(timeBytes: 8)), kinds.allSatisfy({ $0 < offsets.count }),
      offsets.allSatisfy({ abs($0) < 86_400 * 2 })
    else { return false }
    firstOffset = offsets[0]
    for (time, kind) in zip(times, kinds) { append(at: time, offset: offsets[kind]) }
    return true
  }

  private mutating func append(at time: Int, offset: Int) {
    let before = transitions.last?.after ?? firstOffset
    guard offset != before, time > transitions.last?.at ?? .min else { return }
    transitions.append(Zone.Transition(at: time, before: before, after: offset))
  }

  /// Writes out the rule at the file's end, from the last change on to the end of the calendar.
  private mutating func extend(by text: String) -> Bool {
    guard !text.isEmpty else { return true }
    guard let rule = ZoneRule(text) else { return false }
    let from = transitions.last?.at ?? .min
    guard let daylight = rule.daylight else {
      append(at: from == .min ? 0 : from + 1, offset: rule.offset)
      return true
    }
    let firstYear = max(1970, CivilTime(seconds: max(0, from)).year)
    for year in firstYear...CivilPattern.lastYear + 1 {
      let start = (at: daylight.start.seconds(inYear: year) - rule.offset, offset: daylight.offset)
      let end = (at: daylight.end.seconds(inYear: year) - daylight.offset, offset: rule.offset)
      for change in start.at < end.at ? [start, end] : [end, start] where change.at > from {
        append(at: change.at, offset: change.offset)
      }
    }
    return true
  }

  private struct Header {
    var version: UInt8
    var universalCount, standardCount, leapCount, transitionCount, typeCount, nameBytes: Int

    init?(_ reader: inout Reader) {
      guard reader.left >= 44, reader.take(4) == Array("TZif".utf8) else { return nil }
      version = reader.take(1)[0]
      _ = reader.skip(15)
      universalCount = reader.integer(4)
      standardCount = reader.integer(4)
      leapCount = reader.integer(4)
      transitionCount = reader.integer(4)
      typeCount = reader.integer(4)
      nameBytes = reader.integer(4)
      let counts = [universalCount, standardCount, leapCount, transitionCount, typeCount, nameBytes]
      guard counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
    }

    func size(timeBytes: Int) -> Int {
      transitionCount * (timeBytes + 1) + typeCount * 6 + tailSize(timeBytes: timeBytes)
    }

    /// What follows the types.
    func tailSize(timeBytes: Int) -> Int { nameBytes + leapCount * (timeBytes + 4) + standardCount + universalCount }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var left: Int { bytes.count - position }

    /// The caller has looked that they are there.
    mutating func take(_ count: Int) -> [UInt8] {
      defer { position += count }
      return Array(bytes[position..<position + count])
    }

    /// Signed, most significant byte first.
    mutating func integer(_ count: Int) -> Int {
      let value = take(count).reduce(0) { $0 << 8 | UInt64($1) }
      let shift = UInt64(64 - 8 * count)
      return Int(Int64(bitPattern: value << shift) >> Int64(shift))
    }

    mutating func skip(_ count: Int) -> Bool {
      guard count <= left else { return false }
      position += count
      return true
    }

    /// The rest between two line breaks.
    mutating func line() -> String? {
      guard left >= 2, bytes[position] == 10, let end = bytes[(position + 1)...].firstIndex(of: 10) else { return nil }
      return String(validating: bytes[(position + 1)..<end], as: UTF8.self)
    }
  }
}
