internal import Records

/// What artifacts came from, back to the raw files: a pure graph over the records of runs.
struct Lineage {
  private let records: SiteRecords
  /// The step that made each artifact, by digest: the earliest run that did.
  private var makers: [String: (run: RunRecord, step: StepRecord)] = [:]

  init(_ records: SiteRecords) {
    self.records = records
    for run in records.runs {
      for step in run.steps where step.outcome == .ran {
        for output in step.outputs { makers[output.artifact.digestText] = (run, step) }
      }
    }
  }

  /// A step on the way, and what it made.
  struct Link {
    var depth: Int
    var artifact: Artifact
    var run: RunRecord
    var step: StepRecord
  }

  /// Everything that the artifact descends from, itself first, each once.
  func ancestry(of artifact: Artifact) -> [Link] {
    var links: [Link] = []
    var seen: Set<String> = []
    var queue = [(artifact, 0)]
    while !queue.isEmpty {
      let (next, depth) = queue.removeFirst()
      guard seen.insert(next.digestText).inserted, let maker = makers[next.digestText] else { continue }
      links.append(Link(depth: depth, artifact: next, run: maker.run, step: maker.step))
      for input in maker.step.inputs.compactMap(\.artifact) { queue.append((input, depth + 1)) }
    }
    return links
  }

  /// The same as boxes from the raw data on the left to the artifact on the right.
  func picture(of artifact: Artifact, title: String) -> HTML {
    let links = ancestry(of: artifact)
    let deepest = links.map(\.depth).max() ?? 0
    guard deepest > 0 else { return "" }
    let columns = (0...deepest).reversed().map { depth in
      links.filter { $0.depth == depth }.map { link in
        (
          title: link.artifact.version?.text ?? "\(link.step.id) (\(link.artifact.kind.rawValue))",
          detail: "\(link.step.kind) · \(link.artifact.shortDigest)"
        )
      }
    }
    return Charts.chain(title, columns)
  }

  /// The same as a table, with links to runs.
  func table(of artifact: Artifact, _ layout: Layout) -> HTML {
    let rows = ancestry(of: artifact).map { link -> [HTML] in
      [
        layout.link(link.artifact), "\(link.artifact.kind.rawValue)",
        "<span class=\"mono\" title=\"\(link.artifact.digestText)\">\(link.artifact.shortDigest)</span>",
        "\(link.step.id) (\(link.step.kind))", layout.link(link.run),
      ]
    }
    return Table.table(["Artifact", "Kind", "Digest", "Made by step", "In run"], rows)
  }
}
