import Foundation
import Records
import Testing

@Suite struct TimestampTests {
  @Test(
    "a time is read and written as RFC 3339",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2013-04-01T02:00:00Z", 1_364_781_600), ("2013-04-01", 1_364_774_400),
      ("2000-02-29T23:59:59Z", 951_868_799), ("1969-12-31T23:59:59Z", -1), ("2013-04-01T04:00:00+02:00", 1_364_781_600),
    ])
  func reads(text: String, seconds: Int) throws {
    let time = try #require(Timestamp(text))
    #expect(time.seconds == seconds)
    #expect(Timestamp(time.text) == time)
  }

  @Test(
    "what is no time is refused",
    arguments: ["", "2013-02-30", "2013-13-01", "2013-04-01T25:00:00Z", "2013-04-01T02:00:00", "yesterday"])
  func refuses(text: String) { #expect(Timestamp(text) == nil) }

  @Test("dates agree with Foundation's calendar over four centuries")
  func calendar() {
    let formatter = ISO8601DateFormatter()
    for seconds in stride(from: -6_000_000_000, to: 8_000_000_000, by: 12_345_679) {
      #expect(Timestamp(seconds: seconds).text == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
    }
  }
}
