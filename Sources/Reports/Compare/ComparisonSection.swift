internal import Records
internal import Store

/// A ``Comparison`` as tables with a column a subject: what differs first, then the metrics, then what is equal, folded.
enum ComparisonSection {
  /// Rows of metrics that are open; the others are folded away.
  private static let openMetrics = 8

  static func html(_ comparison: Comparison, _ layout: Layout) -> HTML {
    let differing = comparison.parameters.filter(\.differs)
    let equal = comparison.parameters.filter { !$0.differs }
    let table = ComparisonTable(comparison, layout)
    let rest = comparison.metrics.dropFirst(openMetrics)
    let more: HTML =
      rest.isEmpty
      ? "" : "<details><summary>\(rest.count) more metrics</summary>\(table.metrics(Array(rest)))</details>"
    let same: HTML =
      equal.isEmpty
      ? ""
      : "<details><summary>\(equal.count) that \(comparison.subjects.count == 2 ? "both" : "all") have alike</summary>\(alike(equal))</details>"
    return """
      \(paper(comparison))
      <h2>What differs</h2>
      \(differing.isEmpty ? "<p class=\"soft\">Nothing that was given to them differs.</p>" : table.parameters(differing))
      \(same)
      <h2>Metrics</h2>
      \(basis(comparison))
      \(comparison.metrics.isEmpty ? "<p class=\"soft\">None of them was judged.</p>" : table.metrics(Array(comparison.metrics.prefix(openMetrics))))
      \(more)
      \(leftOut(comparison))
      """
  }

  /// Equal ones need one column.
  private static func alike(_ parameters: [Comparison.Parameter]) -> HTML {
    let rows = parameters.map { parameter -> [HTML] in
      ["\(parameter.group)", "\(parameter.name)", "\(parameter.values.first.flatMap { $0 } ?? "–")"]
    }
    return Table.table(["", "Name", "Value"], rows, limitBytes: ComparisonTable.limitBytes)
  }

  /// What stands beside a difference, in words, as far as it is there.
  private static func basis(_ comparison: Comparison) -> HTML {
    let found = Set(comparison.metrics.flatMap(\.cells).compactMap { $0?.delta?.basis })
    guard !found.isEmpty, comparison.subjects.indices.contains(comparison.reference) else { return "" }
    let words: [(Comparison.Delta.Basis, HTML)] = [
      (.paired, "paired: by the named test on the same rows"),
      (
        .intervals,
        """
        two intervals: both were judged on the same data, and theirs are taken as independent, half-widths in \
        quadrature: for models that are judged on the same rows the result is rather too wide
        """
      ),
      (.sameData, "same data: judged on the same rows, without an interval"),
      (
        .otherData,
        """
        other data: they were judged on other rows, so that the difference is also that of the rows; it has no \
        interval
        """
      ),
    ]
    let told = words.filter { found.contains($0.0) }.map { "<li>\($0.1)</li>" as HTML }
    let reference = comparison.subjects[comparison.reference].name
    return """
      <p class="soft">Below each value its interval, then the difference to \(reference), and what that rests on:</p>\
      <ul class="plain soft">\(told)</ul>
      """
  }

  /// What stands on paper beside tables that have no room there.
  private static func paper(_ comparison: Comparison) -> HTML {
    comparison.subjects.count > PageStyle.paperColumns ? "<div class=\"many\"></div>" : ""
  }

  private static func leftOut(_ comparison: Comparison) -> HTML {
    comparison.leftOutCount == 0
      ? "" : "<p class=\"soft\">\(Format.grouped(comparison.leftOutCount)) more have no room here.</p>"
  }
}

/// Tables that share the columns of one comparison.
struct ComparisonTable {
  /// Of the rows of one table.
  static let limitBytes = 180_000

  private let comparison: Comparison
  private let head: HTML

  init(_ comparison: Comparison, _ layout: Layout) {
    self.comparison = comparison
    let titles = comparison.subjects.enumerated().map { index, subject -> HTML in
      let name: HTML = subject.page.map { "<a href=\"\(layout.to($0))\">\(subject.name)</a>" } ?? "\(subject.name)"
      let mark: HTML = index == comparison.reference ? "<br><span class=\"soft\">Δ against it</span>" : ""
      let remark: HTML = subject.remark.map { "<br><b>\($0)</b>" } ?? ""
      return "<th scope=\"col\">\(name)<br><span class=\"soft\">\(subject.time.date)</span>\(remark)\(mark)</th>"
    }
    head = "<thead><tr><th scope=\"col\">Name</th>\(titles)</tr></thead>"
  }

  /// - Parameter rows: each the markup of a title and of cells.
  private func table(_ rows: [(title: HTML, cells: [HTML])]) -> HTML {
    var bytes = 0
    let all = rows.map { row -> HTML in
      let cells = row.cells.map { cell -> HTML in "<td>\(cell)</td>" }
      return "<tr><th scope=\"row\">\(row.title)</th>\(cells)</tr>\n"
    }
    let shown = all.prefix { row in
      bytes += row.text.utf8.count
      return bytes <= Self.limitBytes
    }
    let rest = all.count - shown.count
    let note: HTML = rest == 0 ? "" : "<p class=\"soft\">\(Format.grouped(rest)) more rows have no room here.</p>"
    return """
      <div class="scroll"><table class="compare" data-compare>\(head)<tbody>
      \(Array(shown))</tbody></table></div>\(note)
      """
  }

  func parameters(_ parameters: [Comparison.Parameter]) -> HTML {
    table(
      parameters.map { parameter in
        let base = parameter.values[comparison.reference]
        let cells = parameter.values.map { value -> HTML in
          let text: HTML = value.map { "\($0)" } ?? "<span class=\"soft\">–</span>"
          return value == base ? text : "<b>\(text)</b>"
        }
        return ("\(parameter.name)<br><span class=\"soft\">\(parameter.group)</span>", cells)
      })
  }

  func metrics(_ metrics: [Comparison.Metric]) -> HTML {
    table(
      metrics.map { metric in
        let step: HTML = metric.step.map { "<br><span class=\"soft\">\($0)</span>" } ?? ""
        let cells = metric.cells.map { cell -> HTML in cell.map(Self.cell) ?? "<span class=\"soft\">–</span>" }
        return ("\(Format.metricTitle(metric.name))\(step)", cells)
      })
  }

  private static func cell(_ cell: Comparison.Cell) -> HTML {
    let interval: HTML = Self.interval(cell.low, cell.high) { Format.metric($0) }
    return "<span class=\"w\">\(Format.metric(cell.value))</span>\(interval)\(cell.delta.map(delta) ?? "")"
  }

  private static func interval(_ low: Double?, _ high: Double?, _ text: (Double) -> String) -> HTML {
    guard let low, let high else { return "" }
    return "<br><span class=\"soft w\">\(text(low)) to \(text(high))</span>"
  }

  private static func delta(_ delta: Comparison.Delta) -> HTML {
    let interval: HTML = Self.interval(delta.low, delta.high) { Format.delta($0) }
    let basis =
      switch delta.basis {
      case .paired: delta.test ?? "paired"
      case .intervals: "two intervals"
      case .sameData: "same data"
      case .otherData: "other data"
      }
    // A difference whose interval leaves out 0 is more than chance, as far as its basis goes.
    let isClear = delta.low.flatMap { low in delta.high.map { low > 0 || $0 < 0 } } ?? false
    let value: HTML = isClear ? "<b>\(Format.delta(delta.difference))</b>" : "\(Format.delta(delta.difference))"
    return "<br><span class=\"delta\">Δ \(value)</span>\(interval)<br><span class=\"soft\">\(basis)</span>"
  }
}
