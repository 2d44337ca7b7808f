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
    let contributions = top.compactMap { feature in
      feature.meanContribution.map { BarChart.Bar(label: feature.name, value: $0) }
    }
    var chart = BarChart("What each feature adds to a score, on average", contributions)
    if contributions.isEmpty { chart = BarChart("What is lost when a feature is shuffled", top.compactMap(shuffled)) }
    chart.name = "Feature"
    return chart.html
  }

  /// With what it varies by from one shuffling to the next.
  private static func shuffled(_ feature: ExplanationDocument.Feature) -> BarChart.Bar? {
    guard let value = feature.permutation, value.isFinite else { return nil }
    let spread = feature.permutationDeviation.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    return BarChart.Bar(label: feature.name, value: value, interval: spread.map { value - $0...value + $0 })
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
    let charts = document.dependences.map { dependence -> HTML in
      let title = "\(ProfileText.clipped(dependence.feature, 60)): what the model says on average"
      if !dependence.isNumeric, dependence.series.count == 1, dependence.series[0].means.allSatisfy({ $0 >= 0 }) {
        let bars = zip(dependence.values, dependence.series[0].means).map { BarChart.Bar(label: $0, value: $1) }
        return BarChart(title, bars).html
      }
      let lines = dependence.series.map { LineChart.Line(name: $0.name.isEmpty ? "score" : $0.name, values: $0.means) }
      return LineChart(title, Places("Value", dependence.values.map(short)), Array(lines.prefix(6))).html
    }
    return charts.isEmpty ? "" : "<h3>How scores depend on a feature</h3><div class=\"pair\">\(charts)</div>"
  }

  /// Numbers with few digits, so that labels do not touch.
  private static func short(_ value: String) -> String {
    Double(value).map { String(format: "%.4g", $0) } ?? value
  }

  /// A fraction with six digits that count, anything else as it is.
  private static func cell(_ value: String?) -> String {
    guard let value, value.contains("."), value.utf8.count > 8, let number = Double(value), number.isFinite else {
      return value ?? "missing"
    }
    return String(format: "%.6g", number).replacing("-", with: "−")
  }

  private static func rows(_ document: ExplanationDocument) -> HTML {
    guard !document.rows.isEmpty else { return "" }
    let rows = document.rows.map { row -> [HTML] in
      let reasons = row.reasons.map { reason -> HTML in
        "\(reason.feature) = \(ProfileText.clipped(cell(reason.value), 40)): \(Format.delta(reason.contribution))"
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
