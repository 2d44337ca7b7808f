@testable import Reports

/// One of each kind of chart and of their edge cases, with fixed numbers.
enum ChartSamples {
  static let all: [(name: String, html: HTML)] = [
    ("line-two-dates-marks", trend), ("line-band-threshold", performance), ("line-gaps", gaps),
    (
      "line-one-point",
      LineChart("One night", Places("Night", ["2013-04-01"]), [.init(name: "AUC", values: [0.7])]).html
    ),
    (
      "line-all-equal",
      LineChart(
        "Rows by version", Places("Version", ["v1", "v2", "v3"]), [.init(name: "rows", values: [500, 500, 500])]
      ).html
    ),
    ("line-rounds-dashes", rounds), ("line-huge", huge), ("bars", bars), ("bars-negative", negative),
    ("dots-intervals", dots),
    ("histogram", histogram), ("histogram-pair", pair), ("histogram-categories", categories), ("roc", roc),
    ("precision-recall", precisionRecall),
    ("reliability", reliability), ("confusion-two", confusion(2)), ("confusion-five", confusion(5)),
    ("confusion-thirty", confusion(30)),
    ("heat-map-year", heat(12)), ("heat-map-long", heat(40)), ("timeline", timeline), ("timeline-quick", quick),
    ("sparkline", Sparkline("AUC of flights-delay", [0.70, 0.71, 0.69, 0.73, 0.72, nil, 0.71, 0.715]).html),
    ("hostile", hostile),
  ]

  static let months = (1...12).map { "2013-\($0 < 10 ? "0" : "")\($0)-01" }

  private static var trend: HTML {
    let nights = months.filter { $0 != "2013-06-01" && $0 != "2013-07-01" }
    var chart = LineChart(
      "AUC by night", Places("Night", nights),
      [
        .init(name: "champion, new data", values: [nil, 0.701, 0.692, 0.684, 0.69, 0.705, 0.71, 0.702, 0.698, 0.694]),
        .init(
          name: "challenger, test data", values: [0.712, 0.715, 0.703, 0.71, 0.714, 0.72, 0.713, 0.716, 0.721, 0.719]),
        .init(
          name: "champion, test data", values: [nil, 0.708, 0.706, 0.701, 0.709, 0.711, 0.712, 0.715, 0.713, 0.716]),
      ])
    chart.marks = [
      .init(place: 0, label: "v1"), .init(place: 3, label: "v4"), .init(place: 4, label: "v5"),
      .init(place: 8, label: "v9"),
    ]
    chart.note = "Lines down: promoted versions."
    return chart.html
  }

  private static var performance: HTML {
    let days = (1...28).map { "2013-04-\($0 < 10 ? "0" : "")\($0)" }
    let values = days.indices.map { day -> Double? in day == 12 ? nil : 0.7 + 0.03 * wave(day) }
    var chart = LineChart("AUC by date of prediction", Places("From", days), [.init(name: "AUC", values: values)])
    chart.band = .init(
      "95 % interval", low: values.map { $0.map { $0 - 0.02 } }, high: values.map { $0.map { $0 + 0.018 } })
    chart.thresholds = [.init(value: 0.65, label: "retrains below 0.65")]
    return chart.html
  }

  private static var gaps: HTML {
    LineChart(
      "Loss where every other value is missing", Places("Step", (0..<9).map(String.init)),
      [.init(name: "loss", values: [0.9, nil, 0.7, 0.6, nil, nil, 0.5, .nan, .infinity])]
    ).html
  }

  private static var rounds: HTML {
    let labels = (1...300).map(String.init)
    func curve(_ end: Double) -> [Double?] { (1...300).map { end + (0.69 - end) / (1 + Double($0) / 20) } }
    return LineChart(
      "Learning curve by round", Places("Round", labels),
      [.init(name: "training", values: curve(0.3)), .init(name: "validation", values: curve(0.42))]
    ).html
  }

  private static var huge: HTML {
    LineChart(
      "Bytes", Places("Year", ["2011-01-01", "2012-01-01", "2014-01-01", "2020-06-01"]),
      [.init(name: "bytes", values: [1.2e9, 3.4e9, 2.2e9, 4.6e9])]
    ).html
  }

  private static var bars: HTML {
    var chart = BarChart(
      "What each feature adds to a score, on average",
      [
        ("dep_delay", 0.61), ("distance", 0.24), ("carrier", 0.2), ("a feature whose name has no end at all", 0.09),
        ("hour", 0.03), ("tailnum", 0),
      ].map {
        .init(label: $0.0, value: $0.1)
      })
    chart.name = "Feature"
    return chart.html
  }

  private static var negative: HTML {
    BarChart(
      "Difference of means",
      [.init(label: "carrier", value: 0.2), .init(label: "origin", value: -0.34), .init(label: "dest", value: 0.05)]
    ).html
  }

  private static var dots: HTML {
    var chart = BarChart(
      "AUC by carrier",
      [
        .init(label: "UA", value: 0.712, interval: 0.705...0.719, note: "12,402 rows"),
        .init(label: "B6", value: 0.701, interval: 0.69...0.712, note: "9,204 rows"),
        .init(label: "HA", value: 0.64, interval: 0.55...0.73, note: "60 rows"), .init(label: "missing", value: 0.69),
      ])
    chart.style = .dots
    chart.reference = .init(value: 0.707, label: "all rows")
    chart.note = "Dashed: all rows, 0.707."
    return chart.html
  }

  private static var histogram: HTML {
    var chart = Histogram(
      "How often distance has which values", samples: ["Rows"],
      (0..<30).map {
        .init(label: "\($0 * 100) to \($0 * 100 + 100)", values: [Double(max(0, 4000 - ($0 - 7) * ($0 - 7) * 11))])
      })
    chart.quantity = .count
    chart.ends = ("17", "4,983")
    return chart.html
  }

  private static var pair: HTML {
    Histogram(
      "temperature: PSI 0.412", samples: ["training", "now"],
      (0..<10).map {
        .init(label: "\($0 * 10) to \($0 * 10 + 10)", values: [0.02 + 0.02 * Double($0), 0.2 - 0.02 * Double($0)])
      }
    ).html
  }

  private static var categories: HTML {
    Histogram(
      "origin: PSI 0.011", samples: ["training", "now"],
      [("EWR", 0.36, 0.34), ("JFK", 0.33, 0.36), ("LGA", 0.31, 0.3)].map { .init(label: $0.0, values: [$0.1, $0.2]) }
    ).html
  }

  private static func rates(_ power: Int) -> [RateCurves.Point] {
    (0...100).map { step in
      let x = Double(step) / 100
      return RateCurves.Point(x: x, y: 1 - (0..<power).reduce(1.0) { product, _ in product * (1 - x) })
    }
  }

  private static var roc: HTML {
    RateCurves(
      "ROC curve", .roc,
      [
        .init(name: "challenger v9, AUC 0.75", points: rates(3)),
        .init(name: "champion v8, AUC 0.67", points: rates(2)),
      ]
    ).html
  }

  private static var precisionRecall: HTML {
    RateCurves(
      "Precision and recall", .precisionRecall(prevalence: 0.21),
      [.init(name: "challenger v9", points: RateCurves.precisions(rates(3), positives: 2100, negatives: 7900))]
    ).html
  }

  private static var reliability: HTML {
    ReliabilityChart(
      "Calibration",
      (0..<10).map { bin in
        let score = Double(bin) / 10 + 0.05
        let rate = score * score * 0.4 + score * 0.6
        return .init(score: score, rate: rate, interval: rate - 0.03...rate + 0.04, rowCount: 9000 / (bin + 1))
      }
    ).html
  }

  private static func confusion(_ count: Int) -> HTML {
    let labels = count == 2 ? ["on time", "late"] : (0..<count).map { "class \($0)" }
    let counts = (0..<count).map { row in
      (0..<count).map { row == $0 ? 900 - row * 20 : 12 * ((row * 7 + $0 * 3) % 11) }
    }
    var chart = ConfusionGrid(
      "Confusion", labels: labels, counts: count == 2 ? [[17_542, 2_310], [3_120, 4_911]] : counts)
    chart.note = "Called late from a score of 0.50 on."
    return chart.html
  }

  private static func heat(_ nights: Int) -> HTML {
    let labels =
      nights == 12
      ? months : (1...nights).map { "2013-0\(4 + ($0 - 1) / 28)-\(($0 - 1) % 28 < 9 ? "0" : "")\(($0 - 1) % 28 + 1)" }
    let names = ["temp", "dewp", "humid", "wind_speed", "carrier", "a column with a long name", "its output"]
    let rows = names.enumerated().map { row, name in
      HeatMap.Row(
        label: name,
        cells: (0..<nights).map { night in
          guard (row * 13 + night * 7) % 17 > 0 else { return nil }
          let value = 0.02 + 0.6 * max(0, wave(night + row * 5)) * (row < 4 ? 1 : 0.1)
          return .init(value: value, isMarked: value > 0.35)
        })
    }
    return HeatMap("PSI by night", ("Night", labels), rows, .init(bounds: [0.05, 0.1, 0.2, 0.5], markName: "drifted"))
      .html
  }

  private static var timeline: HTML {
    Timeline(
      "Time of each step",
      [
        .init(label: "raw", outcome: .reused, offset: nil, seconds: 0, note: ""),
        .init(label: "checked", outcome: .ran, offset: 1, seconds: 3.2, note: "24 MiB"),
        .init(label: "features", outcome: .ran, offset: 4, seconds: 12.4, note: "512 MiB"),
        .init(label: "model", outcome: .ran, offset: 17, seconds: 41, note: "1.2 GiB"),
        .init(label: "scores", outcome: .failed, offset: 60, seconds: 4.4, note: ""),
        .init(label: "explained", outcome: .skipped, offset: nil, seconds: 0, note: ""),
        .init(label: "verdict", outcome: .unreached, offset: nil, seconds: 0, note: ""),
      ]
    ).html
  }

  private static var quick: HTML {
    Timeline(
      "Time of each step",
      (0..<6).map {
        .init(label: "step \($0)", outcome: .ran, offset: 0, seconds: 0.02 * Double($0 + 1), note: "9 MiB")
      }
    ).html
  }

  /// A text that would break out of markup, wherever a chart takes one.
  static let payload = "\"><script>alert(1)</script>"

  static var hostile: HTML {
    var line = LineChart(
      payload, Places(payload, [payload, payload + "2"]),
      [.init(name: payload, values: [1, 2]), .init(name: payload, values: [2, 1])])
    line.marks = [.init(place: 0, label: payload)]
    line.thresholds = [.init(value: 1.5, label: payload)]
    line.note = payload
    var bars = BarChart(payload, [.init(label: payload, value: 1, note: payload)])
    (bars.name, bars.note) = (payload, payload)
    let pair = Histogram(payload, samples: [payload, payload], [.init(label: payload, values: [1, 2])])
    let curves = RateCurves(payload, .roc, [.init(name: payload, points: [.init(x: 0, y: 0), .init(x: 1, y: 1)])])
    let grid = ConfusionGrid(payload, labels: [payload, payload], counts: [[1, 2], [3, 4]])
    let heat = HeatMap(
      payload, (payload, [payload]), [.init(label: payload, cells: [.init(value: 1, isMarked: true)])],
      .init(bounds: [1], markName: payload))
    let steps = Timeline(payload, [.init(label: payload, outcome: .ran, offset: 0, seconds: 1, note: payload)])
    return HTML(joining: [
      line.html, bars.html, pair.html, curves.html, grid.html, heat.html, steps.html, Sparkline(payload, [1, 2]).html,
    ])
  }

  /// Up and down, -1...1, without the mathematics library, whose last digits differ.
  static func wave(_ place: Int) -> Double {
    let phase = Double(((place * 9) % 40 + 40) % 40) / 20
    return phase < 1 ? 4 * phase * (1 - phase) : -4 * (phase - 1) * (2 - phase)
  }
}
