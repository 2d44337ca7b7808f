import Foundation
@testable import Reports
import Testing

/// What single kinds of charts promise beside what all of them do.
@Suite struct ChartKindTests {
  /// Of a table behind a chart: its rows as cells.
  private func rows(_ html: HTML) -> [[String]] {
    let body = html.text.components(separatedBy: "<tbody>").last?.components(separatedBy: "</tbody>").first ?? ""
    return body.components(separatedBy: "<tr>").dropFirst().map { row in
      row.components(separatedBy: "<td").dropFirst().map { cell in
        String(cell.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
      }
    }
  }

  @Test("precision follows from both rates and the numbers of rows, and there is none where nothing is called positive")
  func precision() {
    let points = RateCurves.precisions(
      [.init(x: 0, y: 0), .init(x: 0.1, y: 0.5), .init(x: 1, y: 1)], positives: 100, negatives: 900)
    #expect(points == [.init(x: 0.5, y: 50.0 / 140), .init(x: 1, y: 0.1)])
  }

  @Test("of many classes the largest stand by themselves, and no row is lost")
  func confusion() {
    let counts = (0..<20).map { row in (0..<20).map { $0 == row ? 10 + row : 1 } }
    let grid = ConfusionGrid("", labels: (0..<20).map { "c\($0)" }, counts: counts)
    #expect(grid.labels.count == 12)
    #expect(grid.labels.last == "9 others" && grid.labels.first == "c9")
    #expect(grid.counts.joined().reduce(0, +) == counts.joined().reduce(0, +))
  }

  @Test("a step begins when its record says, and after the one before where that is as far as the second goes")
  func timeline() {
    let steps: [(Double?, Double)] = [(0, 0.4), (0, 0.3), (1, 2), (9, 1), (nil, 1), (2, 1)]
    let chart = Timeline(
      "", steps.map { .init(label: "a", outcome: .ran, offset: $0.0, seconds: $0.1, note: "") })
    #expect(rows(chart.html).map { $0[1] } == ["0 s", "400 ms", "700 ms", "9.0 s", "10.0 s", "2.0 s"])
  }

  @Test("how a step ended stands in words")
  func outcomes() {
    let outcomes: [Timeline.Outcome] = [.ran, .failed, .reused, .skipped, .unreached]
    let chart = Timeline("", outcomes.map { .init(label: "a", outcome: $0, offset: nil, seconds: 2, note: "9 MiB") })
    #expect(rows(chart.html).map { $0[2] } == ["2.0 s · 9 MiB", "✗ failed, 2.0 s", "reused", "skipped", "not reached"])
  }

  @Test("a heat map says in words what it says by a sign, and shows the newest places")
  func heatMap() {
    let cells = (0..<50).map { HeatMap.Cell(value: Double($0) / 100, isMarked: $0 == 49) }
    let chart = HeatMap(
      "", ("Night", (0..<50).map { "n\($0)" }), [.init(label: "a", cells: cells)],
      .init(bounds: [0.1, 0.2], markName: "drifted"))
    #expect(chart.places.first == "n10" && chart.places.last == "n49")
    #expect(rows(chart.html)[0].last == "0.49 drifted")
    #expect(chart.html.text.contains("Highest: a, n49, 0.49; 1 of 40 drifted."))
  }

  @Test("bars begin at zero, on whichever side they are; dots need not")
  func bars() {
    let bars: [BarChart.Bar] = [.init(label: "a", value: 0.7), .init(label: "b", value: 0.72)]
    var chart = BarChart("", bars)
    #expect(chart.html.text.contains("class=\"column\" x=\"0%\""))
    chart.style = .dots
    #expect(!chart.html.text.contains("<rect"))
    let both = BarChart("", [.init(label: "a", value: -1), .init(label: "b", value: 1)]).html.text
    #expect(both.contains("class=\"column\" x=\"0%\" y=\"4\" width=\"50%\""))
    #expect(both.contains("class=\"column\" x=\"50%\" y=\"28\" width=\"50%\""))
  }

  @Test("a sparkline tells its last, lowest and highest value")
  func sparkline() {
    let html = Sparkline("AUC", [0.7, nil, 0.9, 0.8]).html.text
    #expect(html.contains("aria-label=\"AUC: last 0.8000, lowest 0.7000, highest 0.9000, of 3\""))
    #expect(Sparkline("AUC", [0.7, nil]).html == .empty)
  }

  @Test("labels at the ends of lines never touch")
  func ends() {
    let lines = (0..<5).map { LineChart.Line(name: "l\($0)", values: [1, 2 + Double($0) / 1000]) }
    let html = LineChart("", Places("", ["a", "b"]), lines).html.text
    let heights = html.components(separatedBy: "x=\"100%\" dx=\"9\" y=\"").dropFirst()
      .compactMap { Double($0.prefix { $0 != "\"" }) }
    #expect(heights.count == 5)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 14.9 })
  }
}
