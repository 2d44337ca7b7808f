internal import Records

/// What artifacts came from, back to the raw files: a pure graph over the records of runs.
struct Lineage {
  private let records: SiteRecords
  /// The step that made each artifact, by kind and digest: a snapshot has the digest of the raw files that it took. The
  /// earliest run that made it counts.
  private var makers: [String: (run: RunRecord, step: StepRecord)] = [:]

  init(_ records: SiteRecords) {
    self.records = records
    for run in records.runs {
      for step in run.steps where step.outcome == .ran {
        // Who passes on what it read has not made it.
        let read = Set(step.inputs.compactMap { $0.artifact.map(Self.name) })
        for output in step.outputs where !read.contains(Self.name(output.artifact)) {
          makers[Self.name(output.artifact)] = (run, step)
        }
      }
    }
  }

  private static func name(_ artifact: Artifact) -> String { "\(artifact.kind.rawValue) \(artifact.digestText)" }

  /// An artifact on the way, and the step that made it; nil for the raw files at the beginning.
  struct Link {
    var depth: Int
    var artifact: Artifact
    /// As a spec wrote it.
    var reference: String
    var maker: (run: RunRecord, step: StepRecord)?
  }

  /// Everything that the artifact descends from, itself first, each once, down to the raw files.
  func ancestry(of artifact: Artifact) -> [Link] {
    var links: [Link] = []
    var seen: Set<String> = []
    var queue = [(artifact: artifact, reference: "", depth: 0)]
    while !queue.isEmpty {
      let next = queue.removeFirst()
      let name = Self.name(next.artifact)
      let maker = makers[name]
      guard seen.insert(name).inserted, maker != nil || next.artifact.kind == .files else {
        continue
      }
      links.append(Link(depth: next.depth, artifact: next.artifact, reference: next.reference, maker: maker))
      for input in maker?.step.inputs ?? [] {
        if let artifact = input.artifact { queue.append((artifact, input.reference, next.depth + 1)) }
      }
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
        guard let maker = link.maker else {
          return (title: link.reference, detail: "raw · \(link.artifact.shortDigest)")
        }
        return (
          title: link.artifact.version?.text ?? "\(maker.step.id) (\(link.artifact.kind.rawValue))",
          detail: "\(maker.step.kind) · \(link.artifact.shortDigest)"
        )
      }
    }
    return Charts.chain(title, columns)
  }

  /// The same as a table, with links to runs.
  func table(of artifact: Artifact, _ layout: Layout) -> HTML {
    let rows = ancestry(of: artifact).map { link -> [HTML] in
      [
        link.maker == nil ? "\(link.reference)" : layout.link(link.artifact),
        link.maker == nil ? "raw files" : "\(link.artifact.kind.rawValue)",
        "<span class=\"mono\" title=\"\(link.artifact.digestText)\">\(link.artifact.shortDigest)</span>",
        link.maker.map { "\($0.step.id) (\($0.step.kind))" } ?? "–", link.maker.map { layout.link($0.run) } ?? "–",
      ]
    }
    return Table.table(["Artifact", "Kind", "Digest", "Made by step", "In run"], rows)
  }
}
