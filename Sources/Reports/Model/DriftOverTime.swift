internal import Records

/// How far each column had moved by night: the PSI, and which columns drifted.
struct DriftOverTime {
  /// Latest first.
  let nights: [Night]
  /// The PSI from which on a column drifts, as the newest report has it; nil where something else decides.
  let alarm: Double?

  /// The newest nights that are columns of the map.
  private static let shownNights = 40
  /// The columns of data that are rows, those that moved furthest.
  private static let shownColumns = 28
  /// Where shades of the map change: by custom, below 0.1 little has moved, and from 0.25 on much.
  private static let bounds = [0.05, 0.1, 0.2, 0.25, 0.5]
  private static let drawnNights = 200

  var html: HTML {
    let watched = nights.filter { $0.drift != nil }
    guard let newest = watched.first else {
      return """
        <h2 id="drift">Drift</h2>
        <p class="soft">Nobody watches what it reads: a <code>monitor</code> step would.</p>
        """
    }
    return """
      <h2 id="drift">Drift</h2>
      <p class="soft">The PSI is the population stability index between what it learnt from and what came on that night, \
      last watched \(newest.date).</p>
      \(trend(watched))
      \(map(watched))
      """
  }

  private func trend(_ watched: [Night]) -> HTML {
    let points = watched.prefix(Self.drawnNights).reversed().compactMap { night in
      night.drift.map { ModelHistory.Drift(night: night.time, $0) }
    }
    guard points.count > 1 else { return "" }
    var chart = LineChart(
      "PSI by night", Places("Night", points.map(\.night.date)),
      [
        .init(name: "the largest of its columns", values: points.map(\.largestPSI)),
        .init(name: "what it says", values: points.map(\.predictionPSI)),
      ])
    if let alarm { chart.thresholds = [.init(value: alarm, label: "alarm from \(Format.fixed(alarm, 2))")] }
    return chart.html
  }

  /// Columns by nights, the columns that moved furthest first, what the model says at the end.
  private func map(_ watched: [Night]) -> HTML {
    let recent = Array(watched.prefix(Self.shownNights).reversed())
    var largest: [String: Double] = [:]
    var predictions: Set<String> = []
    for column in recent.compactMap(\.drift).flatMap(\.columns) {
      largest[column.name] = max(largest[column.name] ?? 0, column.psi)
      if column.isPrediction { predictions.insert(column.name) }
    }
    let order = largest.keys.sorted { left, right in
      let (a, b) = (predictions.contains(left), predictions.contains(right))
      return a == b ? (largest[right] ?? 0, left) < (largest[left] ?? 0, right) : b
    }
    let shown =
      order.filter { !predictions.contains($0) }.prefix(Self.shownColumns) + order.filter(predictions.contains)
    let found = recent.map { night in
      Dictionary((night.drift?.columns ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let rows = shown.map { name in
      HeatMap.Row(
        label: predictions.contains(name) ? "\(name) (what it says)" : name,
        cells: found.map { columns in
          columns[name].map { HeatMap.Cell(value: $0.psi, isMarked: $0.isDrifted) }
        })
    }
    let rest = order.count - shown.count
    let more: HTML =
      rest > 0
      ? "<p class=\"soft\">\(Format.grouped(rest)) more columns, which moved less, are in the drift reports.</p>" : ""
    let map = HeatMap(
      "PSI by column and night", (name: "Night", labels: recent.map(\.date)), rows,
      HeatMap.Scheme(bounds: Self.bounds, markName: "drifted"))
    return map.html + more
  }
}
