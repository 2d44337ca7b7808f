/// A pattern over paths: `*` and `?` stay within a part, `**` crosses parts, `[a-c]` and `[!a-c]` are one character,
/// `{a,b}` is either.
package struct Glob: Hashable, Sendable {
  package let pattern: String
  private let alternatives: [[Character]]

  /// Most alternatives that braces may multiply to.
  private static let limit = 1000

  /// Nil when brackets or braces are not closed, or braces multiply to more than a thousand patterns.
  package init?(_ pattern: String) {
    guard let expanded = Self.expand(Array(pattern)), expanded.allSatisfy(Self.hasClosedBrackets) else { return nil }
    self.pattern = pattern
    alternatives = expanded
  }

  /// Whether `text` has no special character at all.
  package static func isPlain(_ text: String) -> Bool { !text.contains { "*?[{".contains($0) } }

  package func matches(_ path: String) -> Bool {
    let path = Array(path)
    return alternatives.contains { Self.matches($0[...], path[...]) }
  }

  private static func expand(_ pattern: [Character]) -> [[Character]]? {
    guard let open = pattern.firstIndex(of: "{") else { return pattern.contains("}") ? nil : [pattern] }
    guard let close = pattern[open...].firstIndex(of: "}") else { return nil }
    let inner = pattern[(open + 1)..<close]
    guard !inner.contains("{"), let tails = expand(Array(pattern[(close + 1)...])) else { return nil }
    let choices = inner.split(separator: ",", omittingEmptySubsequences: false)
    guard choices.count * tails.count <= limit else { return nil }
    return choices.flatMap { choice in tails.map { Array(pattern[..<open]) + choice + $0 } }
  }

  private static func hasClosedBrackets(_ pattern: [Character]) -> Bool {
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "[") {
      guard let close = rest[(open + 1)...].dropFirst().firstIndex(of: "]") else { return false }
      rest = rest[(close + 1)...]
    }
    return true
  }

  /// Greedy with one point of return for each of `*` and `**`, so that no pattern takes exponential time.
  private static func matches(_ pattern: ArraySlice<Character>, _ path: ArraySlice<Character>) -> Bool {
    var p = pattern.startIndex
    var t = path.startIndex
    var star: (pattern: Int, path: Int)?
    var doubleStar: (pattern: Int, path: Int)?
    while t < path.endIndex {
      if p < pattern.endIndex, pattern[p] == "*" {
        if p + 1 < pattern.endIndex, pattern[p + 1] == "*" {
          p += 2
          // `**/` also stands for no folder at all.
          if p < pattern.endIndex, pattern[p] == "/" { p += 1 }
          doubleStar = (p, t)
          star = nil
        } else {
          p += 1
          star = (p, t)
        }
        continue
      }
      if p < pattern.endIndex, let next = step(pattern, p, path[t]) {
        p = next
        t += 1
      } else if let last = star, path[last.path] != "/" {
        star = (last.pattern, last.path + 1)
        (p, t) = (last.pattern, last.path + 1)
      } else if let last = doubleStar {
        star = nil
        doubleStar = (last.pattern, last.path + 1)
        (p, t) = (last.pattern, last.path + 1)
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == "*" { p += 1 }
    return p == pattern.endIndex
  }

  /// The place in the pattern after it has matched one character; nil when it does not.
  private static func step(_ pattern: ArraySlice<Character>, _ p: Int, _ character: Character) -> Int? {
    switch pattern[p] {
    case "?": return character == "/" ? nil : p + 1
    case "[":
      guard let close = pattern[(p + 1)...].dropFirst().firstIndex(of: "]"), character != "/" else { return nil }
      var members = pattern[(p + 1)..<close]
      let isNegated = members.first == "!" || members.first == "^"
      if isNegated { members = members.dropFirst() }
      return contains(Array(members), character) != isNegated ? close + 1 : nil
    case let plain: return plain == character ? p + 1 : nil
    }
  }

  private static func contains(_ members: [Character], _ character: Character) -> Bool {
    var index = 0
    while index < members.count {
      if index + 2 < members.count, members[index + 1] == "-" {
        if members[index] <= character, character <= members[index + 2] { return true }
        index += 3
      } else {
        if members[index] == character { return true }
        index += 1
      }
    }
    return false
  }
}
