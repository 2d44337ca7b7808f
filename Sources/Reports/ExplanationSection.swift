internal import Foundation
internal import Records

/// A ``ExplanationDocument`` on a run's page.
enum ExplanationSection {
  private static let barLimit = 20
  private static let tableLimit = 100

  static func html(_ document: ExplanationDocument) -> HTML {
    """
    <p class="soft">\(basis(document))</p>
    \(bars(document))
    \(features(document))
    \(champion(document))
    \(dependences(document))
    \(rows(document))
    """
  }

  private static func basis(_ document: ExplanationDocument) -> HTML {
    let metric = document.metric.map { metric -> HTML in
      " Its \(Format.metricTitle(metric.name)) on them is \(Format.metric(metric.value))."
    }
    let notes = document.notes.map { note -> HTML in " \(note.prefix(1).uppercased() + note.dropFirst())." }
    return """
      From \(Format.grouped(document.sampleCount)) of \(Format.grouped(document.rowCount)) rows of \
      \(document.dataVersion?.text ?? document.data?.shortText ?? "").\(metric ?? "")\(HTML(joining: notes))
      """
  }

  private static func bars(_ document: ExplanationDocument) -> HTML {
    let top = document.features.prefix(barLimit)
    let contributions = top.compactMap { feature in feature.meanContribution.map { (feature.name, $0) } }
    let shuffled = top.compactMap { feature in feature.permutation.map { (feature.name, max(0, $0)) } }
    var charts: [HTML] = []
    if !contributions.isEmpty {
      charts.append(
        Charts.bars("What each feature adds to a score, on average", contributions.map { (label: $0.0, value: $0.1) }) {
          Format.metric($0)
        })
    }
    if contributions.isEmpty, !shuffled.isEmpty {
      charts.append(
        Charts.bars("What is lost when a feature is shuffled", shuffled.map { (label: $0.0, value: $0.1) }) {
          Format.metric($0)
        })
    }
    return HTML(joining: charts)
  }

  private static func features(_ document: ExplanationDocument) -> HTML {
    let hasChampion = document.champion != nil
    let rows = document.features.prefix(tableLimit).map { feature -> [HTML] in
      var cells: [HTML] = ["\(feature.name)", "\(Format.metric(feature.meanContribution))"]
      if hasChampion { cells.append("\(Format.metric(feature.championMeanContribution))") }
      cells.append(feature.gain.map { "\(Format.percent($0))" } ?? "–")
      if hasChampion { cells.append(feature.championGain.map { "\(Format.percent($0))" } ?? "–") }
      let deviation = feature.permutationDeviation.map { value -> HTML in " ± \(Format.metric(value))" }
      cells.append(feature.permutation.map { "\(Format.metric($0))\(deviation ?? "")" } ?? "–")
      return cells
    }
    let header =
      hasChampion
      ? ["Feature", "Mean |contribution|", "Champion's", "Gain", "Champion's", "Lost when shuffled"]
      : ["Feature", "Mean |contribution|", "Gain", "Lost when shuffled"]
    return Table.table(header, numeric: Set(1..<header.count), rows)
  }

  private static func champion(_ document: ExplanationDocument) -> HTML {
    guard let champion = document.champion else { return "" }
    func list(_ title: String, _ names: [String]) -> HTML {
      names.isEmpty ? "" : " \(title) \(names.prefix(20).joined(separator: ", "))."
    }
    let order = champion.rankCorrelation.map { value -> HTML in
      ", and order the rows with a rank correlation of \(Format.fixed(value, 3))"
    }
    return """
      <p>Against the champion \(champion.version?.text ?? champion.model.shortText): scores are \
      \(Format.metric(champion.meanAbsoluteDifference)) apart on average\(order ?? "").\
      \(list("New:", champion.added))\(list("No longer read:", champion.removed))</p>
      """
  }

  private static func dependences(_ document: ExplanationDocument) -> HTML {
    let palette = ["a", "b", "c"]
    let charts = document.dependences.map { dependence -> HTML in
      let title = "\(dependence.feature): what the model says on average"
      if !dependence.isNumeric, dependence.series.count == 1, dependence.series[0].means.allSatisfy({ $0 >= 0 }) {
        let bars = zip(dependence.values, dependence.series[0].means).map { (label: $0, value: $1) }
        return Charts.bars(title, bars, isNarrow: true) { Format.metric($0) }
      }
      let series = zip(dependence.series, palette).map { line, colour in
        Charts.Series(name: line.name.isEmpty ? "score" : line.name, colour: colour, values: line.means)
      }
      return Charts.lines(title, place: "Value", labels: dependence.values.map(short), series)
    }
    return charts.isEmpty ? "" : "<h3>How scores depend on a feature</h3><div class=\"pair\">\(charts)</div>"
  }

  /// Numbers with few digits, so that labels do not touch.
  private static func short(_ value: String) -> String {
    Double(value).map { String(format: "%.4g", $0) } ?? value
  }

  private static func rows(_ document: ExplanationDocument) -> HTML {
    guard !document.rows.isEmpty else { return "" }
    let rows = document.rows.map { row -> [HTML] in
      let reasons = row.reasons.map { reason -> HTML in
        "\(reason.feature) = \(ProfileText.clipped(reason.value ?? "missing", 40)): \(Format.delta(reason.contribution))"
      }
      let rest = row.rest == 0 ? [] : ["all others: \(Format.delta(row.rest))" as HTML]
      return [
        "\(Format.grouped(row.row))", "\(Format.metric(row.score)) \(row.output)", "\(Format.metric(row.base))",
        HTML(joining: reasons + rest, by: "<br>"),
      ]
    }
    return "<h3>Why some rows have their score</h3>"
      + Table.table(["Row", "Score", "From", "Reasons"], numeric: [0, 1, 2], rows)
  }
}
