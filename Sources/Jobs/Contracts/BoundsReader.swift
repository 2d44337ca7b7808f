internal import Quality
internal import Records

/// Reads intervals and shares as contracts write them.
struct BoundsReader {
  let form: Form

  /// `[0, 10]`, `"(0, 10]"`, `> 0`, `<= 5%`, or one value; nil where it is none, which is told.
  func bounds(_ key: String, unit: Bounds.Unit = .number, single: Single = .exactly) -> Bounds? {
    guard let node = form.node[key], !node.isNull else { return nil }
    return bounds(node, key, unit: unit, single: single)
  }

  /// What one value alone means.
  enum Single { case exactly, atMost }

  func bounds(_ node: SpecNode, _ key: String, unit: Bounds.Unit = .number, single: Single = .exactly) -> Bounds? {
    let found: Bounds?
    if let items = node.items { found = pair(items, unit) } else { found = text(node.text ?? "", unit, single) }
    guard let found else {
      let example = unit == .share ? "`<= 5%` or `[1%, 5%]`" : "`[0, 10]`, `\"[0, 10)\"`, `> 0` or `<= 10`"
      form.complain(node.place, "`\(key)` must be an interval such as \(example), not \(node.article)")
      return nil
    }
    if found.isEmpty {
      form.complain(node.place, "`\(key)` is an interval that holds no number: its first bound is above the second")
      return nil
    }
    return found
  }

  /// `99%` or `0.99`.
  func share(_ key: String) -> Double? {
    guard let node = form.node[key], !node.isNull else { return nil }
    if let share = node.text.flatMap(Self.share), (0...1).contains(share) { return share }
    form.complain(node.place, "`\(key)` must be a share such as `99%`, not \(node.article)")
    return nil
  }

  private func pair(_ items: [SpecNode], _ unit: Bounds.Unit) -> Bounds? {
    guard items.count == 2 else { return nil }
    var ends: [Bounds.End?] = []
    var isTime = false
    for item in items {
      guard !item.isNull else {
        ends.append(nil)
        continue
      }
      guard let text = item.text, let (value, isTimed) = value(text, unit) else { return nil }
      ends.append(Bounds.End(value, whole: Int64(text)))
      isTime = isTime || isTimed
    }
    guard ends.contains(where: { $0 != nil }) else { return nil }
    return Bounds(low: ends[0], high: ends[1], unit: isTime ? .time : unit)
  }

  private func text(_ text: String, _ unit: Bounds.Unit, _ single: Single) -> Bounds? {
    let text = text.trimmingBlanks
    if let first = text.first, let last = text.last, "[(".contains(first), "])".contains(last) {
      let halves = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      guard halves.count == 2 else { return nil }
      let low = String(halves[0]).trimmingBlanks
      let high = String(halves[1]).trimmingBlanks
      let (from, to) = (value(low, unit), value(high, unit))
      guard from != nil || low.isEmpty || low == "~", to != nil || high.isEmpty || high == "~",
        from != nil || to != nil
      else { return nil }
      return Bounds(
        low: from.map { .init($0.0, isOpen: first == "(", whole: Int64(low)) },
        high: to.map { .init($0.0, isOpen: last == ")", whole: Int64(high)) },
        unit: from?.1 ?? false || to?.1 ?? false ? .time : unit)
    }
    for sign in ["<=", ">=", "==", "<", ">"] where text.hasPrefix(sign) {
      let number = String(text.dropFirst(sign.count)).trimmingBlanks
      guard let (value, isTime) = value(number, unit) else { return nil }
      let end = Bounds.End(value, isOpen: sign.count == 1, whole: Int64(number))
      return Bounds(
        low: sign.hasPrefix("<") ? nil : end, high: sign.hasPrefix(">") ? nil : end, unit: isTime ? .time : unit)
    }
    guard let (value, isTime) = value(text, unit) else { return nil }
    let end = Bounds.End(value, whole: Int64(text))
    return Bounds(low: single == .exactly ? end : nil, high: end, unit: isTime ? .time : unit)
  }

  private func value(_ text: String, _ unit: Bounds.Unit) -> (Double, Bool)? {
    if unit == .share { return Self.share(text).flatMap { (0...1).contains($0) ? ($0, false) : nil } }
    if let number = SpecNode.number(text) { return (number, false) }
    return Timestamp(text).map { (Double($0.seconds), true) }
  }

  static func share(_ text: String) -> Double? {
    let text = text.trimmingBlanks
    if text.hasSuffix("%") { return SpecNode.number(String(text.dropLast()).trimmingBlanks).map { $0 / 100 } }
    return SpecNode.number(text)
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmingBlanks: String {
    let start = firstIndex { $0 != " " } ?? endIndex
    return String(self[start...].reversed().drop { $0 == " " }.reversed())
  }
}
