/// Numbers as SVG writes them. Across, most pictures are measured in shares of their width and down in pixels, so that a
/// picture is as wide as its place while its letters keep their size, on a phone as on a desk.
enum SVG {
  private static let bound = 1e6

  /// A coordinate with at most one digit behind the point; 0 for what is no number.
  static func at(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    return decimal(Int((min(bound, max(-bound, value)) * 10).rounded()), digits: 1)
  }

  /// A share of the width, 0...1, as `37.5%`; 0 for what is no number.
  static func share(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    return decimal(Int((min(2, max(-1, value)) * 10_000).rounded()), digits: 2) + "%"
  }

  private static func decimal(_ scaled: Int, digits: Int) -> String {
    let unit = digits == 1 ? 10 : 100
    let whole = "\(scaled < 0 ? "-" : "")\(abs(scaled) / unit)"
    var fraction = String(abs(scaled) % unit + unit).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? (scaled == 0 ? "0" : whole) : whole + "." + fraction
  }

  /// About how many pixels a text is wide in the letters of charts, rather too many than too few.
  static func width(of text: String) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x2E80 ? 6.8 : 12.5) }
  }

  /// Its first letters, as many as have room.
  static func fitted(_ text: String, into width: Double) -> String {
    var room = width
    var count = 0
    for scalar in text.unicodeScalars {
      room -= scalar.value < 0x2E80 ? 6.8 : 12.5
      guard room >= 0 else { return ProfileText.clipped(text, max(2, count)) }
      count += 1
    }
    return text
  }
}

extension Double {
  /// Nil for what cannot be drawn.
  var drawable: Double? { isFinite ? self : nil }
}

extension [Double?] {
  /// With nil for what cannot be drawn.
  var drawable: [Double?] { map { $0?.drawable } }
}
