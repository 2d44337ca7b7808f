internal import Records
internal import Store

/// A model over its nights: its main metric as a line on which promotions are marked, and the nights as rows.
struct ModelNightsSection {
  let nights: [Night]
  let layout: Layout

  /// The newest that are rows; all are in the JSON twin.
  static let shownNights = 60
  private static let drawnNights = 200

  private var metric: String? { MainMetric.name(nights) }

  /// A day's nights together: what watches a model and what makes a version of it may stand for other hours.
  struct Day {
    var date: String
    var live: Double?
    var challenger: Double?
    var champion: Double?
    /// The version that was put into use.
    var promoted: String?

    /// Oldest first, of the newest nights.
    static func days(_ nights: [Night], _ metric: String) -> [Day] {
      var days: [Day] = []
      for night in nights.prefix(drawnNights).reversed() {
        if days.last?.date != night.date { days.append(Day(date: night.date)) }
        days[days.count - 1].take(night, metric)
      }
      return days
    }

    private mutating func take(_ night: Night, _ metric: String) {
      let judged = night.verdict.flatMap { $0.isOld ? nil : $0 }
      live = night.liveMetrics?[metric] ?? live
      challenger = judged?.challengerMetrics[metric] ?? challenger
      champion = judged?.championMetrics[metric] ?? champion
      if night.decision == .promote, judged?.promotion == .promote {
        promoted = judged?.challenger.map { "v\($0)" } ?? ""
      }
    }
  }

  var trend: HTML {
    guard let metric else { return "" }
    let days = Day.days(nights, metric)
    guard days.count > 1 else { return "" }
    var lines: [LineChart.Line] = []
    if days.contains(where: { $0.live != nil }) {
      lines.append(.init(name: "in use, on newly arrived data", values: days.map(\.live)))
    }
    if days.contains(where: { $0.challenger != nil }) {
      lines.append(.init(name: "challenger on its test data", values: days.map(\.challenger)))
      lines.append(.init(name: "champion on the same rows", values: days.map(\.champion)))
    }
    var chart = LineChart("\(Format.metricTitle(metric)) by night", Places("Night", days.map(\.date)), lines)
    chart.marks = Self.promotions(days)
    chart.markName = "promoted"
    return chart.html
  }

  /// The days on which a version was put into use, as marks of a chart.
  static func promotions(_ days: [Day]) -> [LineChart.Mark] {
    days.indices.compactMap { place in days[place].promoted.map { LineChart.Mark(place: place, label: $0) } }
  }

  var table: HTML {
    let title = metric.map { Format.metricTitle($0) }
    let rows = nights.prefix(Self.shownNights).map { night -> [HTML] in
      let links = night.runs.map { run -> HTML in "<a href=\"\(layout.to(Paths.run(run.id)))\">\(run.job)</a>" }
      func value(_ metrics: [String: Double]?) -> HTML { "\(Format.metric(metric.flatMap { metrics?[$0] }))" }
      let judged = night.verdict.flatMap { $0.isOld ? nil : $0 }
      return [
        "<span class=\"w\">\(night.date)</span>", value(night.liveMetrics), Self.drift(night.drift),
        value(judged?.challengerMetrics), value(judged?.championMetrics), Self.outcome(night),
        HTML(joining: links, by: ", "),
      ]
    }
    let rest = nights.count - rows.count
    let older: HTML =
      rest == 0
      ? "" : "<p class=\"soft\">\(Format.grouped(rest)) older nights are in the JSON twin; their runs have pages.</p>"
    let header = ["Night", "New data", "Drift", "Challenger", "Champion", "Outcome", "Runs"]
    let numbers: HTML =
      title.map { title -> HTML in
        """
        <p class="soft">Numbers are the \(title): of the version in use on newly arrived data, and of challenger and champion \
        on the same test data.</p>
        """
      } ?? ""
    return numbers + Table.table(header, numeric: [1, 3, 4], rows) + older
  }

  private static func outcome(_ night: Night) -> HTML {
    switch night.decision {
    case .promote: "<span class=\"good\">\(night.outcome)</span>"
    case .hold, .reject: "<span class=\"warn\">\(night.outcome)</span>"
    case nil: night.isFailed ? "<span class=\"bad\">\(night.outcome)</span>" : "\(night.outcome)"
    }
  }

  private static let namedColumns = 4

  private static func drift(_ drift: ModelEvent.Drift?) -> HTML {
    guard let drift else { return "–" }
    let names = drift.driftedNames
    guard !names.isEmpty else { return "none" }
    let few = names.prefix(namedColumns).map { ProfileText.clipped($0, 30) }.joined(separator: ", ")
    let more = names.count > namedColumns ? " and \(names.count - namedColumns) more" : ""
    return "<span class=\"\(drift.isDrifted ? "warn" : "soft")\">\(few)\(more)</span>"
  }
}
