internal import Tables

/// An instant, to the second, written as RFC 3339 in UTC: `2013-04-01T02:00:00Z`.
package struct Timestamp: Hashable, Sendable, Comparable {
  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  package var seconds: Int

  package init(seconds: Int) { self.seconds = seconds }

  /// Reads `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDThh:mm:ss` followed by `Z` or `±hh:mm`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    func isAt(_ index: Int, _ characters: String) -> Bool {
      index < bytes.count && characters.utf8.contains(bytes[index])
    }
    guard let year = number(0..<4), isAt(4, "-"), let month = number(5..<7), isAt(7, "-"), let day = number(8..<10),
      (1...12).contains(month), (1...CivilDate.dayCount(ofMonth: month, year: year)).contains(day)
    else { return nil }
    let midnight = CivilDate.days(year: year, month: month, day: day) * 86_400
    if bytes.count == 10 {
      seconds = midnight
      return
    }
    guard isAt(10, "Tt "), let hour = number(11..<13), isAt(13, ":"), let minute = number(14..<16), isAt(16, ":"),
      let second = number(17..<19), hour < 24, minute < 60, second < 60
    else { return nil }
    let local = midnight + hour * 3600 + minute * 60 + second
    if bytes.count == 20, isAt(19, "Zz") {
      seconds = local
    } else if bytes.count == 25, isAt(19, "+-"), let hours = number(20..<22), isAt(22, ":"),
      let minutes = number(23..<25), hours < 24, minutes < 60
    {
      let offset = hours * 3600 + minutes * 60
      seconds = isAt(19, "+") ? local - offset : local + offset
    } else {
      return nil
    }
  }

  /// `2013-04-01T02:00:00Z`.
  package var text: String { "\(date)T\(clock(separator: ":"))Z" }

  /// The day in UTC: `2013-04-01`.
  package var date: String {
    let (year, month, day) = civil
    return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
  }

  /// `20130401T020000`, as run names carry it.
  package var compact: String {
    let (year, month, day) = civil
    return "\(year)\(twoDigits(month))\(twoDigits(day))T\(clock(separator: ""))"
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  private func clock(separator: String) -> String {
    let second = ((seconds % 86_400) + 86_400) % 86_400
    return [second / 3600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: separator)
  }

  private var civil: (year: Int, month: Int, day: Int) {
    CivilDate.date(ofDay: Int((Double(seconds) / 86_400).rounded(.down)))
  }
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

extension Timestamp: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is not an RFC 3339 time")
    }
    self = time
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
