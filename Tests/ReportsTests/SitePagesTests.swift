import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct SitePagesTests {
  private static let payloads = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "javascript:alert(1)",
    "</style><script>1</script>",
    "<svg/onload=alert(1)>", "&lt;script&gt;",
  ]

  /// A small site: a first promotion, a refused challenger with drift, a failed run; hostile texts in every place.
  private func records(hostile: String = "plain") throws -> SiteRecords {
    let data = VersionLabel(project: "p", name: "data", number: 1)
    let model = VersionLabel(project: "p", name: "model", number: 1)
    func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }
    let metrics = MetricsDocument(
      model: digest("m"), modelVersion: model, data: digest("d"), dataVersion: data, task: "binary", target: hostile,
      rowCount: 100,
      droppedRowCount: 1, metrics: ["auc": 0.7, "log_loss": 0.5], undefined: ["f1": hostile],
      slices: [.init(column: hostile, value: hostile, rowCount: 50, metrics: ["auc": 0.6])],
      confusion: .init(labels: [hostile, "yes"], counts: [[1, 2], [3, 4]], threshold: 0.5),
      roc: [.init(x: 0, y: 0), .init(x: 1, y: 1)])
    let verdict = VerdictDocument(
      decision: .reject, challenger: digest("m"), challengerVersion: model, champion: nil, championVersion: nil,
      data: digest("d"),
      dataVersion: nil, rowCount: 100, challengerMetrics: ["auc": 0.7], championMetrics: [:],
      findings: [.init(rule: hostile, holds: false, observed: 0.7, required: 0.8, explanation: hostile)])
    let drift = DriftDocument(
      model: digest("m"), modelVersion: model, reference: digest("d"), referenceRowCount: 9, data: digest("e"),
      dataVersion: nil,
      rowCount: 8, isDrifted: true, psiThreshold: 0.2, pValueThreshold: 0.01, columnShareThreshold: 0.3,
      columns: [
        .init(
          name: hostile, role: "feature", isDrifted: true, psi: 0.5, test: "chi-square", statistic: 3, pValue: 0.001,
          referenceMissing: 0, currentMissing: 0.5,
          bins: [.init(label: hostile, reference: 0.5, current: 0.1), .init(label: "b", reference: 0.5, current: 0.9)])
      ])
    func output(_ kind: Artifact.Kind, _ text: String, _ version: VersionLabel? = nil, description: String? = nil)
      -> StepRecord.Output
    {
      .init(
        name: "",
        artifact: Artifact(kind: kind, digest: digest(text), description: description.map(digest), version: version))
    }
    let steps = [
      StepRecord(id: "raw", kind: "import", outcome: .ran, outputs: [output(.dataset, "d", data, description: "dd")]),
      StepRecord(
        id: "model", kind: "train", outcome: .ran,
        inputs: [.init(name: "data", reference: hostile, artifact: output(.dataset, "d", data).artifact)],
        outputs: [output(.model, "m", model, description: "md")], notes: [hostile], headline: hostile),
      StepRecord(id: "scores", kind: "evaluate", outcome: .ran, outputs: [output(.metrics, "metrics")]),
      StepRecord(id: "verdict", kind: "gate", outcome: .ran, outputs: [output(.verdict, "verdict")]),
      StepRecord(id: "drift", kind: "monitor", outcome: .ran, outputs: [output(.drift, "drift")]),
      StepRecord(id: "checked", kind: "validate", outcome: .failed, outputs: [output(.contract, "contract")]),
      StepRecord(id: "own", kind: "run", outcome: .failed, reason: hostile),
    ]
    func run(_ id: String, day: Int, _ outcome: RunRecord.Outcome) -> RunRecord {
      RunRecord(
        id: id, job: "job", project: "p", outcome: outcome, reason: outcome == .failed ? hostile : nil,
        logicalTime: Timestamp(seconds: 1_364_781_600 + day * 86_400), started: Timestamp(seconds: 0),
        finished: Timestamp(seconds: 9),
        wallSeconds: 1.5, attemptCount: 2, specName: hostile, origin: "/", spec: digest("s"),
        params: [hostile: hostile], host: hostile,
        toolVersion: "0.1.0", steps: steps)
    }
    var records = SiteRecords(
      siteName: hostile, now: Timestamp(seconds: 1_364_881_600),
      runs: [run("job-20130402T020000-0002", day: 1, .failed), run("job-20130401T020000-0001", day: 0, .done)],
      models: [
        .init(
          project: "p", name: "model",
          versions: [
            .init(
              number: 1, digest: digest("m"), description: digest("md"), created: Timestamp(seconds: 0),
              run: "job-20130401T020000-0001", step: "model")
          ], aliases: ["champion": 1],
          moves: [.init(alias: "champion", from: nil, to: 1, at: Timestamp(seconds: 0), by: hostile, why: hostile)])
      ],
      datasets: [
        .init(
          project: "p", name: "data",
          versions: [
            .init(
              number: 1, digest: digest("d"), description: digest("dd"), created: Timestamp(seconds: 0), run: nil,
              step: nil)
          ])
      ])
    records.metrics[digest("metrics")] = metrics
    records.verdicts[digest("verdict")] = verdict
    records.drifts[digest("drift")] = drift
    records.contracts[digest("contract")] = ContractDocument(
      contract: hostile, data: digest("d"), dataVersion: data, reference: nil, rowCount: 7,
      findings: [
        .init(
          rule: hostile, statement: hostile, severity: .error, outcome: .failed, explanation: hostile, failingCount: 1,
          judgedCount: 7, places: [.init(file: hostile, row: 3)]),
        .init(rule: "rows", statement: "rows", severity: .warn, outcome: .passed, explanation: hostile),
      ], sampleColumns: [hostile],
      samples: [.init(rule: hostile, place: .init(file: hostile, row: 3), cells: [hostile])])
    records.datasetDescriptions[digest("dd")] = DatasetDescription(
      fileCount: 1, totalBytes: 9, files: [.init(path: hostile, sizeBytes: 9, digest: digest("f"))], rowCount: 3,
      columns: [
        .init(
          name: hostile, type: "string", missingCount: 0, distinctCount: 1, topValues: [.init(text: hostile, count: 3)])
      ])
    records.modelDescriptions[digest("md")] = ModelDescription(
      trainer: "xgboost", task: "binary", target: hostile,
      features: [.init(name: hostile, kind: "numeric", importance: 1)],
      trainingData: digest("d"), validationData: nil, rowCount: 3, droppedRowCount: 0, seed: 7,
      parameters: [hostile: hostile],
      environment: "xgboost 1.7.4", bestRound: 2, curves: ["train logloss": [0.6, 0.5]])
    records.logTails[.init(run: "job-20130402T020000-0002", step: "own")] = hostile
    return records
  }

  private func html(_ pages: [Page]) -> [(path: String, text: String)] {
    pages.filter { $0.path.hasSuffix(".html") }.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
  }

  @Test("hostile texts never become markup", arguments: payloads)
  func escapes(payload: String) throws {
    let plain = try html(SitePages(try records()).pages())
    for (page, reference) in zip(try html(SitePages(try records(hostile: payload)).pages()), plain) {
      // The same tags as with harmless texts, and no more.
      #expect(Self.tags(page.text) == Self.tags(reference.text), "\(page.path)")
    }
  }

  @Test("every link leads to a page of the site, and nothing is loaded from elsewhere")
  func links() throws {
    let pages = try SitePages(try records()).pages()
    let paths = Set(pages.map(\.path))
    for page in html(pages) {
      for target in Self.attributes("href", page.text) {
        var parts = page.path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
          if part == ".." {
            #expect(parts.popLast() != nil, "\(page.path) links to \(target)")
          } else {
            parts.append(String(part))
          }
        }
        #expect(paths.contains(parts.joined(separator: "/")), "\(page.path) links to \(target)")
      }
      #expect(Self.attributes("src", page.text).isEmpty)
      #expect(!page.text.contains("http://") && !page.text.contains("https://") && !page.text.contains("<script"))
    }
  }

  @Test("every tag is closed in its order")
  func balanced() throws {
    for page in html(try SitePages(try records()).pages()) {
      var open: [String] = []
      for tag in Self.tags(page.text) where !["meta", "br", "!DOCTYPE"].contains(tag.name) && !tag.isSelfClosed {
        if tag.isClosing { #expect(open.popLast() == tag.name, "\(page.path)") } else { open.append(tag.name) }
      }
      #expect(open.isEmpty, "\(page.path): \(open)")
    }
  }

  @Test("every picture has a title and every page a JSON twin")
  func accessible() throws {
    let pages = try SitePages(try records()).pages()
    for page in html(pages) {
      let text = page.text
      #expect(
        text.components(separatedBy: "<svg ").count == text.components(separatedBy: "role=\"img\" aria-label=").count)
      let twin = try #require(pages.first { $0.path == page.path.dropLast(4) + "json" })
      _ = try JSONSerialization.jsonObject(with: Data(twin.bytes))
    }
  }

  @Test("the same records give the same bytes")
  func deterministic() throws { #expect(try SitePages(try records()).pages() == SitePages(try records()).pages()) }

  @Test("a site without a night says so")
  func empty() throws {
    let records = SiteRecords(siteName: "new", now: Timestamp(seconds: 0), runs: [], models: [], datasets: [])
    #expect(try html(SitePages(records).pages())[0].text.contains("No night has been run yet"))
  }

  @Test("axes begin and end at round numbers", arguments: [(0.61, 0.69), (0, 1), (5, 5), (0, 123_456), (-3, 7)])
  func scales(low: Double, high: Double) {
    let scale = Scale(low, high)
    #expect(scale.low <= low && scale.high >= high)
    #expect((2...7).contains(scale.ticks.count))
  }

  @Test(
    "numbers read well",
    arguments: [
      (Format.fixed(1234.5, 1), "1,234.5"), (Format.fixed(-0.00001, 2), "0.00"), (Format.bytes(1536), "1.5 KiB"),
      (Format.seconds(0.0421), "42 ms"),
      (Format.percent(0.5), "50 %"), (Format.grouped(-1_234_567), "−1,234,567"), (Format.pValue(1e-9), "< 0.0001"),
    ])
  func formats(found: String, expected: String) { #expect(found == expected) }

  private struct Tag: Equatable {
    var name: String
    var isClosing: Bool
    var isSelfClosed: Bool
  }

  private static func tags(_ text: String) -> [Tag] {
    var tags: [Tag] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let inner = rest[rest.index(after: start)..<end]
      let name = inner.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" }
      tags.append(Tag(name: String(name), isClosing: inner.hasPrefix("/"), isSelfClosed: inner.hasSuffix("/")))
      rest = rest[rest.index(after: end)...]
    }
    return tags
  }

  private static func attributes(_ name: String, _ text: String) -> [String] {
    text.components(separatedBy: " \(name)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }

  @Test("the first page says when the next run is expected, where that is known")
  func nextRun() throws {
    var records = try records()
    func text() throws -> String { String(decoding: try SitePages(records).pages()[0].bytes, as: UTF8.self) }
    records.lastRunEnded = Timestamp("2013-04-01T02:10:00Z")
    #expect(!(try text()).contains("The next one"))
    records.expectedSeconds = 86_400
    #expect(try text().contains("Last run: 2013-04-01T02:10:00Z. The next one is expected by 2013-04-02T02:10:00Z"))
  }
}
