internal import Tables

/// Numbers and counts as findings show them.
enum Wording {
  static func number(_ value: Double, _ unit: Bounds.Unit = .number) -> String {
    switch unit {
    case .time: ColumnView.timeText(value)
    case .share: percent(value)
    case .number:
      if value == value.rounded(), abs(value) < 1e15 { "\(Int(value))" } else { "\(rounded(value))" }
    }
  }

  /// Two digits behind the point, more for small shares.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    let scale = abs(percent) >= 1 ? 100.0 : 10_000.0
    let value = (percent * scale).rounded() / scale
    if value == value.rounded(), abs(value) < 1e15 { return "\(Int(value)) %" }
    return "\(value == 0 && share > 0 ? percent : value) %"
  }

  static func count(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

  static func grouped(_ value: Int) -> String {
    let digits = Array(String(abs(value)))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A list of which the first few are shown.
  static func list(_ words: [String], limit: Int = 10) -> String {
    words.prefix(limit).joined(separator: ", ") + (words.count > limit ? ", … (\(words.count) in all)" : "")
  }

  /// Six significant digits.
  private static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var scale = 1.0
    var magnitude = abs(value)
    while magnitude < 100_000, scale < 1e12 {
      magnitude *= 10
      scale *= 10
    }
    return (value * scale).rounded() / scale
  }
}
