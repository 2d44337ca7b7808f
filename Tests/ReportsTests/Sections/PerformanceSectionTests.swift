import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct PerformanceSectionTests {
  private func document(values: [Double?]) -> PerformanceDocument {
    var document = PerformanceDocument(
      predictions: "p/said", labels: Digest(of: [1]), target: "y", span: "day", take: "first")
    document.modelVersion = VersionLabel(project: "p", name: "delays", number: 4)
    document.periods = values.enumerated().map { day, value in
      PerformanceDocument.Period(
        from: "2013-04-0\(day + 1)", predictionCount: 29_327, labelledCount: 12, rowCount: 12,
        models: [day < 2 ? "delays@v3" : "delays@v4"],
        metrics: value.map { ["auc": .init(value: $0, low: $0 - 0.02, high: $0 + 0.02)] } ?? [:],
        suppressed: value == nil ? "0 of 29327 predictions have a label by now" : nil)
    }
    document.overall = document.periods.first
    return document
  }

  @Test("the interval is a band, and another model a mark")
  func band() {
    let text = PerformanceSection.html(document(values: [0.7, 0.71, 0.69, 0.72])).text
    #expect(text.contains("class=\"band\"") && text.contains("95 % interval"))
    #expect(text.contains(">v4</text>") && text.contains("another model predicts from there on"))
  }

  @Test("a span without a value breaks line and band, and says why with grouped counts")
  func gap() {
    let text = PerformanceSection.html(document(values: [0.7, 0.71, nil, 0.72, 0.7])).text
    let band = text.components(separatedBy: "class=\"band\" d=\"").last?.prefix { $0 != "\"" }
    #expect(band?.count { $0 == "M" } == 2)
    #expect(text.contains("0 of 29,327 predictions have a label by now"))
  }

  @Test("one value has no course, and no picture")
  func one() {
    #expect(!PerformanceSection.html(document(values: [nil, 0.71, nil])).text.contains("<figure"))
  }

  @Test("predictions that are not judged are named, whether others are or not", arguments: [true, false])
  func leftOut(hasOthers: Bool) {
    var document = document(values: [0.7, 0.71])
    document.leftOut = [
      .init(
        model: "delays@v2", versionCount: 3, first: "said@v5", last: "said@v7", reason: "they are of another <task>")
    ]
    if !hasOthers { (document.overall, document.periods) = (nil, []) }
    let text = PerformanceSection.html(document).text
    #expect(
      text.contains("3 versions of predictions by delays@v2 (said@v5 to said@v7): they are of another &lt;task&gt;"))
  }
}
