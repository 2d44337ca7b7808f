/// Different values as texts that fit into a line and can be told apart.
enum CellText {
  /// In Unicode scalars, of which a character may have any number.
  private static let limit = 120
  /// How much of what both begin with is left before the first difference.
  private static let lead = 40

  static func clipped(_ text: String) -> String { text.utf8.count > limit ? clipped(text.unicodeScalars[...]) : text }

  /// Long texts are cut around their first difference. Letters outside ASCII are spelt out where they look the same.
  static func pair(_ old: String?, _ new: String?) -> (old: String?, new: String?) {
    guard let old, let new else { return (old.map(clipped), new.map(clipped)) }
    // Strings are equal whatever the normal form of their letters.
    let (left, right) = old == new ? (spelt(old), spelt(new)) : (old, new)
    let common = zip(left.unicodeScalars, right.unicodeScalars).prefix { $0 == $1 }.count
    guard common >= limit - lead, max(left.utf8.count, right.utf8.count) > limit else {
      return (clipped(left), clipped(right))
    }
    func cut(_ text: String) -> String { "…" + clipped(text.unicodeScalars.dropFirst(common - lead)) }
    return (cut(left), cut(right))
  }

  private static func clipped(_ scalars: Substring.UnicodeScalarView) -> String {
    String(String.UnicodeScalarView(scalars.prefix(limit)))
  }

  private static func spelt(_ text: String) -> String {
    text.unicodeScalars.map { $0.isASCII ? String($0) : $0.escaped(asASCII: true) }.joined()
  }
}
