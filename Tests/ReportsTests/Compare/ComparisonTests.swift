import Records
import Store
import Testing

@testable import Reports

@Suite struct ComparisonTests {
  private func cell(_ value: Double, _ low: Double?, _ high: Double?, data: UInt8 = 1) -> Comparison.Cell {
    Comparison.Cell(value: value, low: low, high: high, data: Digest(of: [data]), rowCount: 100)
  }

  @Test("two intervals on the same data give one of their difference, half-widths in quadrature")
  func quadrature() throws {
    let delta = Comparison.Delta(cell(0.75, 0.72, 0.78), against: cell(0.7, 0.66, 0.74))
    #expect(delta.basis == .intervals)
    let (low, high) = (try #require(delta.low), try #require(delta.high))
    // 0.05 ± √(0.03² + 0.04²)
    #expect(abs(delta.difference - 0.05) < 1e-12 && abs(low - 0) < 1e-12 && abs(high - 0.1) < 1e-12)
  }

  @Test("each side of the difference comes of the sides that make it")
  func skewed() throws {
    let delta = Comparison.Delta(cell(0.7, 0.7, 0.73), against: cell(0.7, 0.66, 0.7))
    let (low, high) = (try #require(delta.low), try #require(delta.high))
    #expect(abs(low) < 1e-12 && abs(high - 0.05) < 1e-12)
  }

  @Test("a difference on other data has no interval, whatever is known of both")
  func otherData() {
    let delta = Comparison.Delta(cell(0.75, 0.72, 0.78), against: cell(0.7, 0.66, 0.74, data: 2))
    #expect(delta.basis == .otherData && delta.low == nil && delta.high == nil)
  }

  @Test("a difference on the same data without intervals has none")
  func withoutIntervals() {
    let delta = Comparison.Delta(cell(0.75, nil, nil), against: cell(0.7, 0.66, 0.74))
    #expect(delta.basis == .sameData && delta.low == nil)
  }

  private let test = VerdictDocument.Test(
    subject: "auc", name: "DeLong", form: "superiority", side: "above", rowCount: 9, challenger: 0.75, champion: 0.7,
    lower: 0.02, upper: 0.07, confidence: 0.95, margin: 0, pValue: 0.01, holds: true)

  @Test("a paired test counts from either side", arguments: [false, true])
  func paired(isTurned: Bool) throws {
    let delta = Comparison.Delta(test, isTurned: isTurned)
    let sign = isTurned ? -1.0 : 1.0
    let (low, high) = (try #require(delta.low), try #require(delta.high))
    #expect(abs(delta.difference - sign * 0.05) < 1e-12 && low < delta.difference && delta.difference < high)
    #expect(delta.test == "DeLong, each bound 95 %")
  }

  private func comparison(_ count: Int = 3) throws -> Comparison {
    let site = try FixtureSite(count: count)
    return Comparison(try ModelCandidate.newest(of: site.model, site.evidence))
  }

  @Test("the version in use comes first, then the newest; a refused one says so")
  func order() throws {
    let comparison = try comparison()
    #expect(comparison.subjects.map(\.name) == ["v2", "v3", "v1"] && comparison.reference == 0)
    #expect(comparison.subjects.map(\.remark) == ["champion", "refused", nil])
  }

  @Test("a verdict over both gives the paired difference, from the challenger's side and from the champion's")
  func fromVerdicts() throws {
    let auc = try #require(try comparison().metrics.first { $0.name == "auc" })
    // v3 against v2 was tested when v3 was judged, v1 against v2 when v2 was.
    #expect(auc.cells.map { $0?.delta?.basis } == [nil, .paired, .paired])
    let differences = auc.cells.compactMap { $0?.delta?.difference }
    #expect(abs(differences[0] - 0.004) < 1e-9 && abs(differences[1] + 0.004) < 1e-9)
  }

  @Test("a metric that no test speaks of was judged on the same rows by the verdict, without an interval")
  func sameRows() throws {
    let loss = try #require(try comparison().metrics.first { $0.name == "log_loss" })
    #expect(loss.cells[1]?.delta?.basis == .sameData && loss.cells[1]?.delta?.low == nil)
  }

  @Test("versions without a verdict over both are compared on other data, and that is said")
  func others() throws {
    let auc = try #require(try comparison(6).metrics.first { $0.name == "auc" })
    #expect(auc.cells.last??.delta?.basis == .otherData)
  }

  @Test("what differs is told apart from what is alike")
  func differing() throws {
    let parameters = try comparison().parameters
    #expect(parameters.filter { $0.group == "Parameters" && $0.differs }.map(\.name) == ["max_depth"])
    #expect(parameters.first { $0.name == "removed" }?.values == [nil, nil, "wind"])
    #expect(parameters.first { $0.name == "added" } == nil)
  }

  @Test("no more subjects than there is room for, and the rest is counted")
  func bounded() throws {
    let site = try FixtureSite(count: 40)
    let comparison = Comparison(try ModelCandidate.newest(of: site.model, site.evidence))
    #expect(comparison.subjects.count == Comparison.subjectLimit)
    let text = Markup(try site.compare().bytes).text
    #expect(text.contains("10 more have no room here"))
  }

  @Test("runs are compared by parameters, inputs and what they measured, with the first")
  func runs() throws {
    let site = try FixtureSite()
    let comparison = Comparison(site.runs.filter { $0.summary.job == "train" })
    #expect(comparison.subjects.map(\.name) == ["1", "2", "3"])
    #expect(comparison.parameters.filter { $0.group == "Parameters" && $0.differs }.map(\.name) == ["depth"])
    // The query is read by one step, the model of each by two.
    let inputs = comparison.parameters.filter { $0.group == "Inputs" }.map(\.name)
    #expect(inputs.contains("features.query") && inputs.contains("features.flights"))
    #expect(inputs.contains("scores.model"))
    let auc = try #require(comparison.metrics.first { $0.name == "auc" })
    #expect(auc.cells[0]?.delta == nil && auc.cells[1]?.delta?.basis == .otherData)
  }

  @Test("nothing to compare is said, not drawn")
  func empty() {
    let page = ComparePage(Comparison([ModelCandidate]()), title: "none").lonePage(
      siteName: "s", path: "compare.html", asOf: Timestamp(seconds: 0))
    #expect(Markup(page.bytes).text.contains("There is nothing to compare yet"))
  }

  @Test("the page is as it was looked at")
  func golden() throws {
    try Golden.check(Markup(try FixtureSite().compare().bytes).main.text, "compare.html")
  }
}

extension ComparisonTests {
  @Test("any runs and any versions can be compared by what is recorded of them alone")
  func byName() throws {
    let site = try FixtureSite()
    let runs = try ["train-2", "train-3"].compactMap { try site.evidence.record(of: $0) }
    let pages = [
      try ComparePage(runs, site.evidence),
      try ComparePage([2, 3].map { FixtureSite.label("delay", $0) }, site.evidence),
    ]
    let texts = pages.map { page in
      Markup(page.lonePage(siteName: "demo", path: "compare.html", asOf: FixtureSite.time(3)).bytes).main.text
    }
    #expect(texts[0].contains("Runs side by side") && texts[0].contains("other data"))
    // The verdict on v3 was over both.
    #expect(texts[1].contains("DeLong, each bound 95 %") && texts[1].contains("v2"))
  }
}
