/// Reads a regular expression into a program of bounded size.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0
  private static let limitInstructions = 4000
  private static let limitDepth = 40

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func program() throws(PatternError) -> [PatternInstruction] {
    guard scalars.count <= 1000 else { throw PatternError(reason: "it is longer than 1,000 characters") }
    let code = try alternatives()
    guard index == scalars.count else { throw PatternError(reason: "a `)` closes nothing") }
    return code + [.match]
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private mutating func alternatives() throws(PatternError) -> [PatternInstruction] {
    var code = try sequence()
    while takes("|") {
      let other = try sequence()
      code =
        [.fork(1, code.count + 2)] + shifted(code, 1) + [.jump(code.count + 2 + other.count)]
        + shifted(other, code.count + 2)
      try checkSize(code)
    }
    return code
  }

  private mutating func sequence() throws(PatternError) -> [PatternInstruction] {
    var code: [PatternInstruction] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      code += shifted(try repeated(try atom()), code.count)
      try checkSize(code)
    }
    return code
  }

  private mutating func atom() throws(PatternError) -> [PatternInstruction] {
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "(": return try group()
    case "[": return [.take(try bracket())]
    case ".": return [.take(.any)]
    case "^": return [.atStart]
    case "$": return [.atEnd]
    case "*", "+", "?": throw PatternError(reason: "a `\(scalar)` has nothing to repeat")
    case "\\": return [.take(try escape())]
    default: return [.take(PatternClass(ranges: [scalar.value...scalar.value]))]
    }
  }

  private mutating func group() throws(PatternError) -> [PatternInstruction] {
    depth += 1
    guard depth <= Self.limitDepth else { throw PatternError(reason: "its groups are nested too deeply") }
    if takes("?") {
      guard takes(":") else {
        throw PatternError(reason: "of groups that begin with `(?` only `(?:` is known: no look-around, no options")
      }
    }
    let code = try alternatives()
    guard takes(")") else { throw PatternError(reason: "a `(` is never closed") }
    depth -= 1
    return code
  }

  /// `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}` after an atom.
  private mutating func repeated(_ atom: [PatternInstruction]) throws(PatternError) -> [PatternInstruction] {
    var code = atom
    while let scalar = next {
      let (low, high): (Int, Int?)
      switch scalar {
      case "*": (low, high) = (0, nil)
      case "+": (low, high) = (1, nil)
      case "?": (low, high) = (0, 1)
      case "{":
        guard let counts = try counts() else { return code }
        (low, high) = counts
        index -= 1
      default: return code
      }
      index += 1
      if next == "?" { index += 1 }
      code = try expanded(code, low, high)
    }
    return code
  }

  private func expanded(_ atom: [PatternInstruction], _ low: Int, _ high: Int?) throws(PatternError)
    -> [PatternInstruction]
  {
    guard (max(low, high ?? 0) + 1) * (atom.count + 2) <= Self.limitInstructions else {
      throw PatternError(reason: "it repeats too much")
    }
    var code: [PatternInstruction] = []
    for _ in 0..<low { code += shifted(atom, code.count) }
    if let high {
      for _ in low..<max(low, high) {
        code += [.fork(code.count + 1, code.count + 1 + atom.count)] + shifted(atom, code.count + 1)
      }
    } else {
      let start = code.count
      code += [.fork(start + 1, start + atom.count + 2)] + shifted(atom, start + 1) + [.jump(start)]
    }
    return code
  }

  /// The counts of `{…}`, or nil where the brace stands for itself. Leaves the index behind the closing brace.
  private mutating func counts() throws(PatternError) -> (Int, Int?)? {
    guard let end = scalars[index...].firstIndex(of: "}") else { return nil }
    let text = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= 2, let low = Int(parts[0]), low >= 0 else { return nil }
    var high: Int? = low
    if parts.count == 2 {
      high = parts[1].isEmpty ? nil : Int(parts[1])
      guard parts[1].isEmpty || high != nil else { return nil }
    }
    guard low <= 1000, high ?? low <= 1000, high ?? low >= low else {
      throw PatternError(reason: "`{\(text)}` is no count of repetitions up to 1,000")
    }
    index = end + 1
    return (low, high)
  }

  private mutating func bracket() throws(PatternError) -> PatternClass {
    var found = PatternClass(ranges: [], isNegated: takes("^"))
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      index += 1
      let low: PatternClass =
        scalar == "\\" ? try escape() : PatternClass(ranges: [scalar.value...scalar.value])
      guard !low.isNegated else { throw PatternError(reason: "`\\D`, `\\W` and `\\S` cannot stand in brackets") }
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]", let from = low.only else {
        found.ranges += low.ranges
        continue
      }
      index += 1
      let scalar = scalars[index]
      index += 1
      let high = scalar == "\\" ? try escape() : PatternClass(ranges: [scalar.value...scalar.value])
      guard let to = high.only, from <= to else { throw PatternError(reason: "a range in brackets runs backwards") }
      found.ranges.append(from...to)
    }
    guard takes("]") else { throw PatternError(reason: "a `[` is never closed") }
    return found
  }

  private mutating func escape() throws(PatternError) -> PatternClass {
    guard let scalar = next else { throw PatternError(reason: "it ends with a `\\`") }
    index += 1
    switch scalar {
    case "d": return .digit
    case "w": return .word
    case "s": return .space
    case "D": return PatternClass(ranges: PatternClass.digit.ranges, isNegated: true)
    case "W": return PatternClass(ranges: PatternClass.word.ranges, isNegated: true)
    case "S": return PatternClass(ranges: PatternClass.space.ranges, isNegated: true)
    case "n": return PatternClass(ranges: [10...10])
    case "r": return PatternClass(ranges: [13...13])
    case "t": return PatternClass(ranges: [9...9])
    case _ where scalar.properties.isAlphabetic || scalar.properties.numericType != nil:
      throw PatternError(reason: "`\\\(scalar)` is not known: no back-references, no word boundaries")
    default: return PatternClass(ranges: [scalar.value...scalar.value])
    }
  }

  private func shifted(_ code: [PatternInstruction], _ offset: Int) -> [PatternInstruction] {
    guard offset > 0 else { return code }
    return code.map { instruction in
      switch instruction {
      case .fork(let left, let right): .fork(left + offset, right + offset)
      case .jump(let target): .jump(target + offset)
      default: instruction
      }
    }
  }

  private func checkSize(_ code: [PatternInstruction]) throws(PatternError) {
    guard code.count <= Self.limitInstructions else { throw PatternError(reason: "it is too large when written out") }
  }
}

extension PatternClass {
  /// The one scalar that it holds.
  fileprivate var only: UInt32? {
    ranges.count == 1 && ranges[0].lowerBound == ranges[0].upperBound && !isNegated ? ranges[0].lowerBound : nil
  }
}
