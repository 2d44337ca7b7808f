internal import Records
internal import Store

/// What artifacts were made from, back to the raw files, as the records of runs tell.
struct Ancestry {
  /// The inputs of the step that made each artifact; the earliest run that made it counts.
  private var inputs: [Digest: [Artifact]] = [:]

  /// - Parameter steps: of all runs, those of earlier runs first.
  init(_ steps: [StepRecord]) {
    for step in steps where step.outcome == .ran || step.outcome == .reused {
      for output in step.outputs where inputs[output.artifact.digest] == nil {
        inputs[output.artifact.digest] = step.inputs.compactMap(\.artifact)
      }
    }
  }

  /// Everything that the contents descend from.
  func ancestors(of digests: Set<Digest>) -> Set<Artifact> {
    var found: Set<Artifact> = []
    var seen = digests
    var rest = Array(digests)
    while let next = rest.popLast() {
      for artifact in inputs[next] ?? [] {
        found.insert(artifact)
        if seen.insert(artifact.digest).inserted { rest.append(artifact.digest) }
      }
    }
    return found
  }
}
