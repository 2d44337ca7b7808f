/// A regular expression that matches whole values in time proportional to their length, whatever the expression: no
/// back-references, no look-around (R. Cox, “Regular Expression Matching Can Be Simple And Fast”, 2007).
package struct Pattern: Hashable, Sendable {
  /// As the contract wrote it.
  package let text: String
  private let program: [PatternInstruction]

  /// Throws ``PatternError``, which says what is wrong with the text.
  package init(_ text: String) throws(PatternError) {
    self.text = text
    var parser = PatternParser(text)
    program = try parser.program()
  }

  /// Whether all of `value` matches.
  package func matches(_ value: String) -> Bool {
    var machine = PatternMachine(program)
    return machine.matches(value)
  }

  /// A machine for many values.
  func machine() -> PatternMachine { PatternMachine(program) }

  package static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why a text is no pattern, in a few words.
package struct PatternError: Error, Hashable, Sendable {
  package var reason: String
}

/// A step of a pattern's program.
enum PatternInstruction: Hashable, Sendable {
  /// One scalar of the class.
  case take(PatternClass)
  /// Goes on at both places.
  case fork(Int, Int)
  case jump(Int)
  case atStart
  case atEnd
  case match
}

/// A set of Unicode scalars.
struct PatternClass: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false

  func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }

  static let digit = PatternClass(ranges: [48...57])
  static let word = PatternClass(ranges: [48...57, 65...90, 95...95, 97...122])
  static let space = PatternClass(ranges: [9...13, 32...32])
  static let any = PatternClass(ranges: [10...10], isNegated: true)
}

/// Runs a program over values: all its threads at once, with the steps over ASCII remembered.
struct PatternMachine: Sendable {
  private let program: [PatternInstruction]
  private(set) var states: [[Int]] = []
  private var numbers: [[Int]: Int] = [:]
  /// 128 a state: the state after that scalar, or -1 while it is not known.
  private var steps: [Int32] = []
  static let limitStates = 512

  init(_ program: [PatternInstruction]) { self.program = program }

  mutating func matches(_ value: String) -> Bool {
    var state = number(of: closure([0], isStart: true))
    for scalar in value.unicodeScalars {
      let code = scalar.value
      if code < 128 {
        let known = steps[state * 128 + Int(code)]
        state = known >= 0 ? Int(known) : step(from: state, code)
      } else {
        state = step(from: state, code)
      }
      if states[state].isEmpty { return false }
    }
    return isMatch(states[state], isEmpty: value.isEmpty)
  }

  private mutating func step(from state: Int, _ code: UInt32) -> Int {
    let threads = after(states[state], code)
    let isForgotten = states.count >= Self.limitStates
    // One value may pass through more states than there is memory for.
    if isForgotten { (states, numbers, steps) = ([], [:], []) }
    let next = number(of: threads)
    if code < 128, !isForgotten { steps[state * 128 + Int(code)] = Int32(next) }
    return next
  }

  private mutating func number(of threads: [Int]) -> Int {
    if let known = numbers[threads] { return known }
    states.append(threads)
    numbers[threads] = states.count - 1
    steps += [Int32](repeating: -1, count: 128)
    return states.count - 1
  }

  private func after(_ threads: [Int], _ scalar: UInt32) -> [Int] {
    var next: [Int] = []
    for place in threads {
      if case .take(let wanted) = program[place], wanted.contains(scalar) { next.append(place + 1) }
    }
    return closure(next, isStart: false)
  }

  /// The places that wait for a scalar, for the end or that match, sorted. Each place is visited once.
  private func closure(_ seeds: [Int], isStart: Bool, isEnd: Bool = false) -> [Int] {
    var seen = [Bool](repeating: false, count: program.count)
    var waiting: [Int] = []
    var rest = seeds
    while let place = rest.popLast() {
      if seen[place] { continue }
      seen[place] = true
      switch program[place] {
      case .take, .match: waiting.append(place)
      case .fork(let left, let right): rest += [left, right]
      case .jump(let target): rest.append(target)
      case .atStart: if isStart { rest.append(place + 1) }
      case .atEnd: if isEnd { rest.append(place + 1) } else { waiting.append(place) }
      }
    }
    return waiting.sorted()
  }

  private func isMatch(_ threads: [Int], isEmpty: Bool) -> Bool {
    closure(threads, isStart: isEmpty, isEnd: true).contains { program[$0] == .match }
  }
}
