/// One of the five fields: what it may hold, and what its words mean.
struct CronField {
  let name: String
  let range: ClosedRange<Int>
  /// Names of its values, the first that of `range.lowerBound`.
  var words: [String] = []

  static let minute = CronField(name: "minute", range: 0...59)
  static let hour = CronField(name: "hour", range: 0...23)
  static let day = CronField(name: "day of the month", range: 1...31)
  static let month = CronField(
    name: "month", range: 1...12,
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
  static let weekday = CronField(
    name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

  /// The values that a field means: `*`, `*/15`, `5`, `1-5`, `8-18/2`, and lists of those.
  func values(_ text: String) throws(ScheduleError) -> CivilPattern.Values {
    if let mark = text.first(where: { "?LW#".contains($0) }), Int(text) == nil, !isWord(text) {
      throw ScheduleError("the \(name) “\(text.prefix(40))” has `\(mark)`, which only other tools know: \(help)")
    }
    var components: [CivilPattern.Component] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      components.append(try component(String(part)))
    }
    guard components.count <= 100 else { throw ScheduleError("the \(name) lists more than 100 values") }
    return CivilPattern.Values(components: components)
  }

  private func isWord(_ text: String) -> Bool {
    text.split { ",-/".contains($0) }.allSatisfy { words.contains($0.lowercased()) || Int($0) != nil }
  }

  private func component(_ text: String) throws(ScheduleError) -> CivilPattern.Component {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard halves.count <= 2, let head = halves.first, !head.isEmpty else { throw unknown(text) }
    let ends = head.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    var component = CivilPattern.Component(start: range.lowerBound, stop: range.upperBound, step: 1)
    if head != "*" {
      guard ends.count <= 2, let start = value(ends[0]) else { throw unknown(text) }
      component = CivilPattern.Component(start: start)
      if ends.count == 2 {
        guard let stop = value(ends[1]) else { throw unknown(text) }
        guard start <= stop else {
          throw ScheduleError("the \(name) “\(text.prefix(40))” runs backwards: write two ranges with a comma between")
        }
        component = CivilPattern.Component(start: start, stop: stop, step: 1)
      }
    }
    guard halves.count == 2 else { return component }
    guard component.step == 1 else {
      throw ScheduleError(
        "the \(name) “\(text.prefix(40))” has a step and no range: write `\(component.start)-\(range.upperBound)/\(halves[1].prefix(10))`"
      )
    }
    guard let step = number(halves[1]), (1...range.upperBound).contains(step) else { throw unknown(text) }
    component.step = step
    return component
  }

  private func number(_ text: String) -> Int? {
    text.utf8.count <= 4 && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
  }

  private func value(_ text: String) -> Int? {
    if let index = words.firstIndex(of: text.lowercased()) { return range.lowerBound + index }
    return number(text).flatMap { range.contains($0) ? $0 : nil }
  }

  private func unknown(_ text: String) -> ScheduleError {
    ScheduleError("“\(text.prefix(40))” is no \(name): \(help)")
  }

  private var help: String {
    let example = words.isEmpty ? "" : " or \(words[0])-\(words[words.count - 1])"
    return "write \(range.lowerBound)-\(range.upperBound)\(example), `*`, steps as `*/2`, lists with commas"
  }
}
