internal import Records

/// What each step of a job waits for, so that steps side by side give what they would one after another.
///
/// A step waits for the earlier steps whose outputs it reads, that it `needs`, or that its condition asks about; and,
/// because datasets, models and aliases are shared, for those that publish what it reads by name, and for those that
/// read or publish what it publishes. Nobody knows which files a command writes: steps that read files of the machine
/// and commands keep the spec's order, too.
package struct StepOrder: Hashable, Sendable {
  /// For each step the places of the earlier steps that are over before it begins, ascending.
  package let predecessors: [[Int]]

  package init(_ job: Job) {
    var places: [String: Int] = [:]
    var lastWriter: [String: Int] = [:]
    var readers: [String: [Int]] = [:]
    var predecessors: [[Int]] = []
    var files = MachineFiles()
    for (place, step) in job.steps.enumerated() {
      let names = SharedNames(step, job)
      var before = Set(
        (step.needs + step.action.sourceSteps + (step.condition?.steps ?? [])).compactMap { places[$0] })
      for name in names.reads { if let writer = lastWriter[name] { before.insert(writer) } }
      for name in names.writes {
        if let writer = lastWriter[name] { before.insert(writer) }
        before.formUnion(readers[name] ?? [])
      }
      for name in names.reads { readers[name, default: []].append(place) }
      for name in names.writes {
        lastWriter[name] = place
        readers[name] = nil
      }
      before.formUnion(files.predecessors(of: step.action, at: place))
      before.remove(place)
      predecessors.append(before.sorted())
      places[step.id] = place
    }
    self.predecessors = predecessors
  }
}

/// Who reads files of the machine, and who may write them.
private struct MachineFiles {
  private var readers: [Int] = []
  private var commands: [Int] = []

  mutating func predecessors(of action: StepAction, at place: Int) -> [Int] {
    switch action {
    case .snapshot, .import, .validate, .features:
      readers.append(place)
      return commands
    case .run:
      commands.append(place)
      return readers
    default: return []
    }
  }
}

/// The datasets and models, as PROJECT/NAME, that a step reads by name or changes.
private struct SharedNames {
  var reads: Set<String> = []
  var writes: Set<String> = []

  init(_ step: Step, _ job: Job) {
    for input in step.action.inputs {
      if case .entity(let entity) = input.reference { reads.insert("\(entity.project ?? job.project)/\(entity.name)") }
    }
    for output in step.action.outputs.keys {
      if let name = step.action.publishedName(of: output) { writes.insert("\(job.project)/\(name)") }
    }
    guard case .promote(let options) = step.action else { return }
    switch options.model {
    case .entity(let entity): writes.insert("\(entity.project ?? job.project)/\(entity.name)")
    case .output(let id, let output):
      let maker = job.steps.first { $0.id == id }
      if let name = maker?.action.publishedName(of: output) { writes.insert("\(job.project)/\(name)") }
    case .content: break
    }
  }
}

extension Condition {
  /// The steps that it asks about.
  package var steps: [String] {
    switch self {
    case .equal(let left, let right), .notEqual(let left, let right): [left.step, right.step].compactMap { $0 }
    case .and(let left, let right), .or(let left, let right): left.steps + right.steps
    }
  }
}

extension Condition.Operand {
  fileprivate var step: String? {
    switch self {
    case .literal: nil
    case .outcome(let step), .verdict(let step): step
    }
  }
}
