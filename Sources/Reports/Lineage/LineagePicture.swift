internal import Records
internal import Store

/// A ``LineageGraph`` as a picture and as a table, which is what an auditor follows.
struct LineageSection {
  let graph: LineageGraph
  let layout: Layout
  /// What the graph is about: `flights-delay v3`.
  let title: String

  var html: HTML {
    """
    \(picture)
    \(notes)
    <details><summary>The same as a table, with digests (\(graph.boxes.count) rows)</summary>
    \(table)
    </details>
    """
  }

  private var notes: HTML {
    var sentences: [HTML] = []
    if graph.cutCount > 0 {
      sentences.append(
        "\(Format.grouped(graph.cutCount)) more artifacts had no room here: their own pages and runs lead on.")
    }
    if graph.olderUseCount > 0 {
      sentences.append("\(Format.grouped(graph.olderUseCount)) older runs that used it are not drawn.")
    }
    if graph.mayHaveOlderUses { sentences.append("Uses before those are in the records of runs.") }
    return sentences.isEmpty ? "" : "<p class=\"soft\">\(HTML(joining: sentences, by: " "))</p>"
  }

  // MARK: Picture

  private var picture: HTML {
    guard graph.boxes.count > 1 else {
      return "<p class=\"soft\">Nothing is recorded of where it comes from or went.</p>"
    }
    let plan = LineagePlan(graph)
    let size: HTML = "viewBox=\"0 0 \(at(plan.width)) \(at(plan.height))\" width=\"\(at(plan.width))\""
    let edges = plan.ways.map { Self.path($0) }
    let boxes = graph.boxes.indices.map { box($0, plan.corners[$0]) }
    return """
      <div class="scroll"><svg class="wide" \(size) role="group" aria-label="Lineage of \(title)">\
      <title>Lineage of \(title): from raw files on the left to what was made of it on the right</title>\
      \(edges)\(boxes)</svg></div>
      """
  }

  private static func path(_ way: [LineagePlan.Place]) -> HTML {
    var text = "M\(at(way[0].x + 1)) \(at(way[0].y))"
    for (from, to) in zip(way, way.dropFirst()) {
      if from.y == to.y {
        text += "L\(at(to.x)) \(at(to.y))"
      } else {
        let middle = (from.x + to.x) / 2
        text += "C\(at(middle)) \(at(from.y)) \(at(middle)) \(at(to.y)) \(at(to.x)) \(at(to.y))"
      }
    }
    return "<path d=\"\(text)m-7 -4l7 4l-7 4\" fill=\"none\" stroke=\"var(--soft)\" stroke-width=\"1.3\"/>"
  }

  private func box(_ index: Int, _ corner: LineagePlan.Place) -> HTML {
    let box = graph.boxes[index]
    let isSubject = index == 0
    let name = ProfileText.clipped(Self.name(box), 23)
    let frame: HTML = """
      <rect x="\(at(corner.x))" y="\(at(corner.y))" width="\(at(LineagePlan.boxWidth))" height="\(at(LineagePlan.boxHeight))" \
      rx="6" fill="var(--\(isSubject ? "fill" : "panel"))" stroke="var(--\(isSubject ? "a" : "line"))" \
      stroke-width="\(isSubject ? "2" : "1.2")"/>
      """
    let words: HTML = """
      <text class="ink" x="\(at(corner.x + 10))" y="\(at(corner.y + 21))">\(name)</text>\
      <text x="\(at(corner.x + 10))" y="\(at(corner.y + 39))">\(ProfileText.clipped(detail(box), 26))</text>
      """
    let content: HTML = "<title>\(Self.name(box)), \(detail(box))</title>\(frame)\(words)"
    guard !isSubject, let target = target(box) else { return "<g>\(content)</g>" }
    return "<a href=\"\(target)\">\(content)</a>"
  }

  /// The version, or the step that made it; what the spec calls raw files.
  static func name(_ box: LineageGraph.Box) -> String {
    if let version = box.artifact.version { return version.text }
    return box.reference.isEmpty ? box.artifact.kind.rawValue : box.reference
  }

  private func detail(_ box: LineageGraph.Box) -> String {
    "\(box.maker?.kind ?? Self.beginning(box)) · \(box.artifact.shortDigest)"
  }

  /// Why a way back ends here.
  private static func beginning(_ box: LineageGraph.Box) -> String {
    if box.artifact.kind == .files { return "raw files" }
    return box.artifact.version == nil ? "origin unknown" : "by hand"
  }

  /// The page of a version, or of the run that made it.
  private func target(_ box: LineageGraph.Box) -> String? {
    if let version = box.artifact.version {
      return layout.to(
        box.artifact.kind == .model
          ? Paths.model(version.project, version.name) : Paths.dataset(version.project, version.name))
    }
    return box.maker.map { layout.to(Paths.run($0.run)) }
  }

  // MARK: Table

  /// From the raw files on, each row with the numbers of those that it was made of.
  private var table: HTML {
    let order = graph.boxes.indices.sorted { (graph.boxes[$0].level, $0) < (graph.boxes[$1].level, $1) }
    var numbers: [Int: Int] = [:]
    for (place, index) in order.enumerated() { numbers[index] = place + 1 }
    let rows = order.map { index -> [HTML] in
      let box = graph.boxes[index]
      let sources = graph.sources(of: index).compactMap { numbers[$0] }.sorted()
      let name: HTML =
        box.artifact.version == nil ? "\(ProfileText.clipped(Self.name(box), 80))" : layout.link(box.artifact)
      return [
        "\(numbers[index] ?? 0)", index == 0 ? "<b>\(name)</b>" : name, "\(box.artifact.kind.rawValue)",
        "\(sources.map(String.init).joined(separator: ", "))",
        box.maker.map { "\($0.step) <span class=\"soft\">(\($0.kind))</span>" } ?? "\(Self.beginning(box))",
        box.maker.map { layout.link(run: $0.run) } ?? "–",
        "<code class=\"digest\">\(box.artifact.digestText)</code>",
      ]
    }
    return Table.table(["Nr", "Artifact", "Kind", "Made of", "By step", "In run", "Digest"], numeric: [0], rows)
  }
}

/// A coordinate with one digit behind the point.
private func at(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  let sign = tenths < 0 ? "-" : ""
  return tenths % 10 == 0 ? "\(tenths / 10)" : "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
}
