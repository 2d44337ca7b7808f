internal import Quality
internal import Records

/// Reads conditions over columns: `dep_time <= arr_time`, `a + b == c`, `carrier in [AA, B6] and delay is not missing`.
/// A name with blanks or signs stands in backticks, a text in quotes.
struct PredicateParser {
  private enum Token: Equatable {
    /// A column, or a word of the language.
    case word(String)
    /// A column in backticks.
    case name(String)
    case text(String)
    /// A number, or a time in seconds; with its spelling.
    case number(Double, String)
    case sign(String)
  }

  private var tokens: [Token] = []
  private var index = 0
  private let tolerance: Double

  private struct Mistake: Error { var reason: String }

  private init(_ text: String, tolerance: Double) throws(Mistake) {
    self.tolerance = tolerance
    tokens = try Self.tokens(text)
  }

  /// The condition, or what is wrong with it in a few words.
  static func predicate(_ text: String, tolerance: Double = 0) -> (predicate: Predicate?, reason: String) {
    do throws(Mistake) {
      var parser = try PredicateParser(text, tolerance: tolerance)
      return (try parser.predicate(), "")
    } catch { return (nil, error.reason) }
  }

  private mutating func predicate() throws(Mistake) -> Predicate {
    var parts = [try part()]
    while index < tokens.count {
      guard takes(.word("and")) else { throw Mistake(reason: "after a comparison comes `and`, not more") }
      parts.append(try part())
    }
    guard parts.count <= 50 else { throw Mistake(reason: "it has more than 50 comparisons") }
    return Predicate(parts: parts)
  }

  private mutating func takes(_ token: Token) -> Bool {
    guard index < tokens.count, tokens[index] == token else { return false }
    index += 1
    return true
  }

  private mutating func part() throws(Mistake) -> Predicate.Part {
    if let column = column(at: index), index + 1 < tokens.count {
      let start = index
      index += 1
      if takes(.word("is")) {
        let isWanted = !takes(.word("not"))
        guard takes(.word("missing")) else { throw Mistake(reason: "after `is` comes `missing` or `not missing`") }
        return .missing(column, isWanted: isWanted)
      }
      if takes(.word("in")) { return .among(column, try list(), isWanted: true) }
      if tokens[index] == .word("not") {
        index += 1
        guard takes(.word("in")) else { throw Mistake(reason: "after `not` comes `in`") }
        return .among(column, try list(), isWanted: false)
      }
      if case .sign(let sign) = tokens[index], index + 1 < tokens.count, case .text(let text) = tokens[index + 1] {
        guard sign == "==" || sign == "!=" else { throw Mistake(reason: "a text is compared by `==` or `!=`") }
        index += 2
        return .text(column, isEqual: sign == "==", text)
      }
      index = start
    }
    let left = try sum()
    guard index < tokens.count, case .sign(let text) = tokens[index], let sign = Predicate.Operator(rawValue: text)
    else { throw Mistake(reason: "it lacks one of `<= < >= > == !=`") }
    index += 1
    let right = try sum()
    guard !left.terms.isEmpty || !right.terms.isEmpty else { throw Mistake(reason: "it names no column") }
    return .numbers(left, sign, right, tolerance: tolerance)
  }

  private func column(at place: Int) -> String? {
    guard place < tokens.count else { return nil }
    switch tokens[place] {
    case .name(let name): return name
    case .word(let word): return Self.constants[word] == nil ? word : nil
    default: return nil
    }
  }

  private static let constants = ["true": 1.0, "false": 0.0]

  private mutating func sum() throws(Mistake) -> Predicate.Sum {
    var sum = Predicate.Sum(terms: [], constant: 0)
    var isNegative = takes(.sign("-"))
    while true {
      guard index < tokens.count else { throw Mistake(reason: "it ends where a column or a number is expected") }
      switch tokens[index] {
      case .number(let value, let word):
        sum.constant += isNegative ? -value : value
        sum.whole = Int64((isNegative ? "-" : "") + word).flatMap { sum.whole?.adding($0) }
      case .word(let word) where Self.constants[word] != nil:
        sum.constant += Self.constants[word] ?? 0
        sum.whole = nil
      case .word(let name), .name(let name):
        sum.terms.append(Predicate.Sum.Term(column: name, isNegative: isNegative))
      case .text(let text): throw Mistake(reason: "the text “\(text)” stands where a column or a number is expected")
      case .sign(let sign): throw Mistake(reason: "`\(sign)` stands where a column or a number is expected")
      }
      index += 1
      if takes(.sign("+")) {
        isNegative = false
      } else if takes(.sign("-")) {
        isNegative = true
      } else {
        return sum
      }
    }
  }

  private mutating func list() throws(Mistake) -> [String] {
    guard takes(.sign("[")) else { throw Mistake(reason: "after `in` comes a list: `[AA, B6]`") }
    var values: [String] = []
    while index < tokens.count {
      let isNegative = takes(.sign("-"))
      switch index < tokens.count ? tokens[index] : .sign("]") {
      case .number(_, let word): values.append((isNegative ? "-" : "") + word)
      case .word(let text) where !isNegative, .name(let text) where !isNegative, .text(let text) where !isNegative:
        values.append(text)
      default: throw Mistake(reason: "the list after `in` holds words, texts and numbers")
      }
      index += 1
      if takes(.sign("]")) { return values }
      guard takes(.sign(",")) else { throw Mistake(reason: "the values after `in` are parted by commas") }
    }
    throw Mistake(reason: "the list after `in` is never closed")
  }

  // MARK: Tokens

  private static func tokens(_ text: String) throws(Mistake) -> [Token] {
    let characters = Array(text)
    guard characters.count <= 10_000 else { throw Mistake(reason: "it is longer than 10,000 characters") }
    var tokens: [Token] = []
    var index = 0
    while index < characters.count {
      let character = characters[index]
      if character == " " || character == "\t" || character == "\n" {
        index += 1
      } else if "\"'`".contains(character) {
        guard let end = characters[(index + 1)...].firstIndex(of: character) else {
          throw Mistake(reason: "a \(character) is never closed")
        }
        let inner = String(characters[(index + 1)..<end])
        tokens.append(character == "`" ? .name(inner) : .text(inner))
        index = end + 1
      } else if isWordy(character) {
        let end =
          characters[index...].firstIndex { !isWordy($0) && !isInsideWord($0, characters[index]) }
          ?? characters.endIndex
        tokens.append(try wordOrNumber(String(characters[index..<end])))
        index = end
      } else {
        let pair = index + 1 < characters.count ? String(characters[index...(index + 1)]) : ""
        let sign = ["<=", ">=", "==", "!="].contains(pair) ? pair : String(character)
        guard ["<=", ">=", "==", "!=", "<", ">", "+", "-", "[", "]", ","].contains(sign) else {
          throw Mistake(reason: "“\(sign)” is no sign of a condition" + (sign == "=" ? ": equality is `==`" : ""))
        }
        tokens.append(.sign(sign))
        index += sign.count
      }
    }
    return tokens
  }

  private static func isWordy(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
  }

  /// Times have dashes and colons in them.
  private static func isInsideWord(_ character: Character, _ first: Character) -> Bool {
    first.isNumber && (character == ":" || character == "-")
  }

  private static func wordOrNumber(_ word: String) throws(Mistake) -> Token {
    guard word.first?.isNumber == true || word.first == "." else { return .word(word) }
    if let number = SpecNode.number(word) { return .number(number, word) }
    if let time = Timestamp(word) { return .number(Double(time.seconds), word) }
    throw Mistake(reason: "“\(word)” is neither a number nor a time")
  }
}
