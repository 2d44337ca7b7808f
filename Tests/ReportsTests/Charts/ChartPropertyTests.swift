import Foundation
@testable import Reports
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ChartPropertyTests {
  /// SplitMix64 (Steele et al., 2014).
  private struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return bits ^ (bits >> 31)
    }

    /// In 0..<1.
    mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }

    /// Anything: missing, no number, huge, tiny, negative.
    mutating func value() -> Double? {
      switch next() % 12 {
      case 0: nil
      case 1: .nan
      case 2: .infinity
      case 3: -.greatestFiniteMagnitude
      case 4: 1e-300
      case 5: -1e15
      default: share() * 2 - 1
      }
    }

    mutating func values(_ count: Int) -> [Double?] { (0..<count).map { _ in value() } }
  }

  private func line(_ count: Int, _ random: inout Random) -> HTML {
    let labels = (0..<count).map { "\($0 % 3 == 0 ? "place" : "night") \($0)" }
    let lines = (0..<3).map { LineChart.Line(name: "number \($0)", values: random.values(count)) }
    var line = LineChart("Line", Places("Night", labels), lines)
    line.band = .init("interval", low: random.values(count), high: random.values(count))
    line.marks = [.init(place: 0, label: "v1"), .init(place: count, label: "v2")]
    line.thresholds = [.init(value: random.value() ?? 0, label: "level")]
    return line.html
  }

  /// One of each kind, of `count` random values.
  private func charts(_ count: Int, seed: UInt64) -> [HTML] {
    var random = Random(state: seed)
    let labels = (0..<count).map { "\($0 % 3 == 0 ? "place" : "night") \($0)" }
    var dots = BarChart(
      "Dots", labels.map { .init(label: $0, value: random.value() ?? 0, interval: -1...(1 + random.share())) })
    dots.style = .dots
    let cells = random.values(count).map { $0.map { HeatMap.Cell(value: $0, isMarked: $0 > 0.5) } }
    let points = (0..<count).map { _ in RateCurves.Point(x: random.value() ?? 0, y: random.value() ?? 0) }
    return [
      line(count, &random), dots.html,
      BarChart("Bars", labels.map { .init(label: $0, value: random.value() ?? 0) }).html,
      Histogram(
        "Bins", samples: ["one", "two"],
        labels.map { .init(label: $0, values: [random.value() ?? 0, random.value() ?? 0]) }
      ).html,
      HeatMap(
        "Heat", ("Night", labels), [.init(label: "row", cells: cells)],
        .init(bounds: [0.1, .nan, 0.2], markName: "high")
      ).html,
      RateCurves("Rates", .precisionRecall(prevalence: random.value() ?? 0), [.init(name: "", points: points)]).html,
      ReliabilityChart(
        "Reliable", labels.map { _ in .init(score: random.value() ?? 0, rate: random.share(), rowCount: 3) }
      ).html,
      ConfusionGrid("Grid", labels: labels.prefix(40).map { $0 }, counts: labels.prefix(30).map { _ in [3, -1] }).html,
      Timeline(
        "Time",
        labels.map { .init(label: $0, outcome: .ran, offset: random.value(), seconds: random.value() ?? 0, note: "") }
      ).html,
      Sparkline("Spark", random.values(count)).html,
    ]
  }

  @Test(
    "what is no number never reaches markup, whatever the values", arguments: [0, 1, 2, 41, 200], [1, 2] as [UInt64])
  func drawable(count: Int, seed: UInt64) throws {
    for html in charts(count, seed: seed) {
      #expect(html.text.range(of: "[^a-z](nan|inf)", options: [.regularExpression, .caseInsensitive]) == nil)
      try expectWellFormed(html)
    }
  }

  @Test("the same values give the same bytes", arguments: [7, 8] as [UInt64])
  func deterministic(seed: UInt64) { #expect(charts(50, seed: seed) == charts(50, seed: seed)) }

  @Test("ten thousand values take no more room than a chart may")
  func bounded() {
    var random = Random(state: 4)
    #expect(line(10_000, &random).text.utf8.count < 32_000)
    for html in charts(600, seed: 5) { #expect(html.text.utf8.count < 32_000, "\(html.text.prefix(80))") }
  }

  @Test("every sample is well formed, and has no style, no handler and no name that another chart could have")
  func wellFormed() throws {
    for sample in ChartSamples.all {
      try expectWellFormed(sample.html)
      #expect(sample.html.text.range(of: "<[^>]* (style|id|on[a-z]+)=", options: .regularExpression) == nil)
      #expect(!sample.html.text.contains("<script"))
    }
  }

  @Test("every picture says what it shows, and has a table behind it or is a line of a card")
  func said() {
    for sample in ChartSamples.all where sample.name != "hostile" && sample.name != "sparkline" {
      #expect(sample.html.text.contains("role=\"img\" aria-label="))
      #expect(sample.html.text.contains("</table>"))
    }
  }

  private func expectWellFormed(_ html: HTML, sourceLocation: SourceLocation = #_sourceLocation) throws {
    // XML knows no attribute without a value.
    let text = html.text.replacingOccurrences(of: " data-sort", with: "")
    let parser = XMLParser(data: Data("<div>\(text)</div>".utf8))
    #expect(parser.parse(), "\(html.text.prefix(200))", sourceLocation: sourceLocation)
  }
}

@Suite struct ThinningTests {
  @Test("the lowest and the highest value stay, however many go", arguments: [10, 1001, 10_000])
  func extremes(count: Int) {
    var values: [Double?] = (0..<count).map { ChartSamples.wave($0) }
    (values[count / 3], values[count / 2]) = (99, -99)
    let kept = Thinning.kept(values, limit: 400)
    #expect(kept.contains(count / 3) && kept.contains(count / 2))
    #expect(kept.first == 0 && kept.last == count - 1)
    #expect(kept.count <= 400 || count <= 400)
    #expect(kept == kept.sorted() && Set(kept).count == kept.count)
  }

  @Test("a missing value breaks the line")
  func gaps() {
    let html = LineChart("", Places("", ["a", "b", "c", "d", "e"]), [.init(name: "", values: [1, 2, nil, 3, 2])]).html
      .text
    let path = html.components(separatedBy: "class=\"line c0\" d=\"")[1].prefix { $0 != "\"" }
    #expect(path == "M0 1900L1000 950M3000 0L4000 950")
  }
}

@Suite struct ChartPaletteTests {
  /// Relative luminance of `#rrggbb` (WCAG 2.2).
  private func luminance(_ colour: String) -> Double {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    let parts = [value >> 16, value >> 8 & 255, value & 255].map { part in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ one: String?, _ other: String?) throws -> Double {
    let (a, b) = (luminance(try #require(one)), luminance(try #require(other)))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test("lines and bars are seen on their ground", arguments: ["a", "b", "c", "d", "e", "f"], [true, false])
  func marks(name: String, isLight: Bool) throws {
    let palette = isLight ? Palette.light : Palette.dark
    #expect(try contrast(palette[name], palette["ground"]) >= 3)
  }

  @Test("numbers are read on their shade", arguments: 0..<Shade.count, [true, false])
  func shades(shade: Int, isLight: Bool) throws {
    let palette = isLight ? Palette.light : Palette.dark
    #expect(try contrast(palette["h\(shade)"], palette[shade > 3 ? "hd" : "ink"]) >= 4.5)
  }
}
