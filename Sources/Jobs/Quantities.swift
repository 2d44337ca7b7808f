/// Durations and sizes as specs write them.
package enum Quantity {
  /// Seconds of `90s`, `15m`, `1.5h`, `30d`; nil for anything else, and for more than clocks can count.
  package static func seconds(_ text: String) -> Double? {
    scaled(text, units: ["s": 1, "m": 60, "h": 3600, "d": 86_400]).flatMap { $0 <= 1e12 ? $0 : nil }
  }

  /// Bytes of `512MiB`, `4GiB`, `100KiB` or a plain number; nil for anything else.
  package static func bytes(_ text: String) -> Int? {
    let units = ["KiB": 1024.0, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776, "": 1]
    return scaled(text, units: units).flatMap { $0 < 9e18 ? Int($0) : nil }
  }

  private static func scaled(_ text: String, units: [String: Double]) -> Double? {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let factor = units[String(unit)], let value = Double(digits), value >= 0 else { return nil }
    return value * factor
  }
}
