internal import Records
internal import Store

/// Follows artifacts through the records of runs, each read once.
struct LineageTracer {
  private let evidence: any Evidence
  private var records: [String: RunRecord?] = [:]

  init(_ evidence: any Evidence) { self.evidence = evidence }

  /// A step with the run whose record tells of it: what it read was made there, or is named by its version.
  private struct Origin {
    var run: RunRecord
    var step: StepRecord

    var maker: LineageGraph.Maker { LineageGraph.Maker(run: run.id, step: step.id, kind: step.kind) }
  }

  // MARK: Back

  /// The subject and everything that it comes from.
  ///
  /// - Parameter run: the run that made the subject, where that is known.
  mutating func ancestry(of subject: Artifact, madeBy run: String?) throws -> LineageGraph {
    let home = try run.flatMap { try record($0) }
    let origin = try origin(of: subject, in: home)
    var graph = LineageGraph(subject, origin?.maker)
    var queue = [(index: 0, origin: origin, depth: 0)]
    while !queue.isEmpty {
      let next = queue.removeFirst()
      guard let origin = next.origin else { continue }
      for input in origin.step.inputs {
        guard let artifact = input.artifact else { continue }
        if let known = graph.index(of: artifact) {
          graph.connect(known, next.index)
          continue
        }
        guard graph.boxes.count < LineageGraph.boxLimit - LineageGraph.downstreamLimit,
          next.depth < LineageGraph.levelLimit
        else {
          graph.noteCut()
          continue
        }
        let before = try self.origin(of: artifact, in: origin.run)
        let index = graph.add(
          LineageGraph.Box(artifact: artifact, reference: input.reference, maker: before?.maker, level: -1))
        graph.connect(index, next.index)
        queue.append((index, before, next.depth + 1))
      }
    }
    graph.settleLevels()
    return graph
  }

  /// The step that made an artifact that the run names; nil for raw files and what nobody knows of.
  private mutating func origin(of artifact: Artifact, in run: RunRecord?) throws -> Origin? {
    if let run, let found = try maker(of: artifact, in: run) { return found }
    guard let version = artifact.version, let origin = try evidence.origin(of: version, artifact.kind),
      origin.digest == artifact.digest, let id = origin.run, let home = try record(id)
    else { return nil }
    if let found = try maker(of: artifact, in: home) { return found }
    // What was published as it was read has no other maker than who published it.
    return home.steps.first { step in
      step.id == origin.step && !step.inputs.contains { $0.artifact?.isSame(as: artifact) ?? false }
    }.map { Origin(run: home, step: $0) }
  }

  /// Who passes on what it read has not made it.
  private mutating func maker(of artifact: Artifact, in run: RunRecord) throws -> Origin? {
    func makes(_ step: StepRecord) -> Bool {
      step.outputs.contains { $0.artifact.isSame(as: artifact) }
        && !step.inputs.contains { $0.artifact?.isSame(as: artifact) ?? false }
    }
    if let step = run.steps.first(where: { $0.outcome == .ran && makes($0) }) { return Origin(run: run, step: step) }
    guard let step = run.steps.first(where: { $0.outcome == .reused && makes($0) }) else { return nil }
    if let id = step.reusedFrom, id != run.id, let earlier = try record(id),
      let made = earlier.steps.first(where: { $0.outcome == .ran && makes($0) })
    {
      return Origin(run: earlier, step: made)
    }
    // The record of who made it is gone, but this one says what of.
    return Origin(run: run, step: step)
  }

  private mutating func record(_ id: String) throws -> RunRecord? {
    if let known = records[id] { return known }
    let found = try evidence.record(of: id)
    records[id] = .some(found)
    return found
  }

  /// The newest contract that any data in the graph was held against, by the runs that it tells of.
  mutating func contract(over graph: LineageGraph) throws -> Digest? {
    for id in graph.boxes.compactMap(\.maker?.run) {
      guard let run = try record(id) else { continue }
      for step in run.steps.reversed() where step.inputs.contains(where: { graph.holds($0.artifact) }) {
        if let made = step.outputs.first(where: { $0.artifact.kind == .contract }) { return made.artifact.digest }
      }
    }
    return nil
  }

  // MARK: Forth

  /// What becomes of a model, beside the versions that are published by it.
  private static let results: Set<Artifact.Kind> = [.verdict, .performance]

  /// Adds what the runs made of the graph's subject.
  ///
  /// - Parameter runs: newest first.
  mutating func addDescendants(by runs: [String], to graph: inout LineageGraph) throws {
    let subject = graph.boxes[0].artifact
    var shownCount = 0
    for (place, id) in runs.enumerated() {
      guard shownCount < LineageGraph.downstreamLimit else {
        graph.olderUseCount = runs.count - place
        break
      }
      guard let run = try record(id) else { continue }
      shownCount += Self.follow(subject, in: run, &graph, room: LineageGraph.downstreamLimit - shownCount)
    }
    graph.settleLevels()
  }

  /// Through the steps of one run, which come in their order; what has no name is passed through.
  ///
  /// - Returns: how many boxes it added.
  private static func follow(
    _ subject: Artifact, in run: RunRecord, _ graph: inout LineageGraph, room: Int
  ) -> Int {
    // The boxes that each artifact goes back to.
    var known: [String: [Int]] = [subject.name: [0]]
    var addedCount = 0
    for step in run.steps where step.outcome == .ran || step.outcome == .reused {
      let sources = step.inputs.flatMap { $0.artifact.flatMap { known[$0.name] } ?? [] }
      guard !sources.isEmpty else { continue }
      for output in step.outputs where known[output.artifact.name] == nil {
        let artifact = output.artifact
        guard artifact.version != nil || subject.kind == .model && results.contains(artifact.kind) else {
          known[artifact.name] = sources
          continue
        }
        var index = graph.index(of: artifact)
        if index == nil, addedCount < room {
          let maker = LineageGraph.Maker(run: run.id, step: step.id, kind: step.kind)
          index = graph.add(LineageGraph.Box(artifact: artifact, reference: "", maker: maker, level: 1))
          addedCount += 1
        }
        guard let index, graph.boxes[index].level >= 0, index != 0 else { continue }
        for source in sources { graph.connect(source, index) }
        known[artifact.name] = [index]
      }
    }
    return addedCount
  }
}

extension Artifact {
  fileprivate func isSame(as other: Artifact) -> Bool { kind == other.kind && digest == other.digest }

  /// Of its kind and digest.
  fileprivate var name: String { "\(kind.rawValue) \(digestText)" }
}
