internal import Store

/// What a scheduler must know of a job that waits. A spec that says it wrongly is summed up all the same: it is refused
/// when its turn comes.
package struct JobSummary: Hashable, Sendable {
  package var name = ""
  package var project: String
  package var priority = Job.defaultPriority
  package var concurrency = 1
  /// Of the largest step that says so.
  package var cpus = 1
  package var memoryBytes = 0
  /// Whether a step computes on all cores that it may have.
  package var usesAllCores = false

  /// - Parameter defaultProject: the project of jobs that name none.
  package init(of spec: [UInt8], defaultProject: String) {
    self.init(of: try? SpecReader.Document(spec, file: ""), defaultProject: defaultProject)
  }

  /// - Parameter spec: nil for what cannot be parsed.
  package init(of spec: SpecReader.Document?, defaultProject: String) {
    project = defaultProject
    guard let root = spec?.root else { return }
    func integer(_ node: SpecNode?, _ range: ClosedRange<Int>) -> Int? {
      node?.text.flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
    }
    name = root["name"]?.text ?? ""
    if let named = root["project"]?.text, isName(named) { project = named }
    priority = integer(root["priority"], 0...100) ?? priority
    concurrency = integer(root["concurrency"], 1...1000) ?? concurrency
    let steps = root["steps"]?.items ?? []
    usesAllCores =
      root["resources"]?["cpus"] == nil
      && steps.contains { step in
        step["resources"]?["cpus"] == nil && step["uses"]?.text.flatMap(Vocabulary.kind)?.usesAllCores == true
      }
    for node in [root] + steps {
      guard let resources = node["resources"] else { continue }
      cpus = max(cpus, integer(resources["cpus"], 1...1024) ?? 1)
      memoryBytes = max(memoryBytes, resources["memory"]?.text.flatMap { Quantity.bytes($0) } ?? 0)
    }
  }
}
