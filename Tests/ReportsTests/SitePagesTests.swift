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
  private func site(hostile: String = "plain") throws -> MemorySite {
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
    var site = MemorySite(name: hostile)
    site.add(run("job-20130402T020000-0002", day: 1, .failed))
    site.add(run("job-20130401T020000-0001", day: 0, .done))
    let first = "job-20130401T020000-0001"
    site.note("publish-dataset", "p/data@v1", to: "\(digest("d"))", why: "", run: first)
    site.note("publish-model", "p/model@v1", to: "\(digest("m"))", why: "", run: first)
    site.note("move-alias", "p/model@champion", to: "v1", why: hostile, run: first)
    try site.keep(metrics, as: digest("metrics"))
    try site.keep(verdict, as: digest("verdict"))
    try site.keep(drift, as: digest("drift"))
    let contract = ContractDocument(
      contract: hostile, data: digest("d"), dataVersion: data, reference: nil, rowCount: 7,
      findings: [
        .init(
          rule: hostile, statement: hostile, severity: .error, outcome: .failed, explanation: hostile, failingCount: 1,
          judgedCount: 7, places: [.init(file: hostile, row: 3)]),
        .init(rule: "rows", statement: "rows", severity: .warn, outcome: .passed, explanation: hostile),
      ], sampleColumns: [hostile],
      samples: [.init(rule: hostile, place: .init(file: hostile, row: 3), cells: [hostile])])
    let dd = DatasetDescription(
      fileCount: 1, totalBytes: 9, files: [.init(path: hostile, sizeBytes: 9, digest: digest("f"))], rowCount: 3,
      columns: [
        .init(
          name: hostile, type: "string", missingCount: 0, distinctCount: 1, topValues: [.init(text: hostile, count: 3)])
      ])
    let md = ModelDescription(
      trainer: "xgboost", task: "binary", target: hostile,
      features: [.init(name: hostile, kind: "numeric", importance: 1)],
      trainingData: digest("d"), validationData: nil, rowCount: 3, droppedRowCount: 0, seed: 7,
      parameters: [hostile: hostile],
      environment: "xgboost 1.7.4", bestRound: 2, curves: ["train logloss": [0.6, 0.5]])
    try site.keep(contract, as: digest("contract"))
    try site.keep(dd, as: digest("dd"))
    try site.keep(md, as: digest("md"))
    site.evidence.logTails[.init(step: "own", run: "job-20130402T020000-0002")] = hostile
    return site
  }

  private func html(_ pages: [Page]) -> [(path: String, text: String)] {
    pages.filter { $0.path.hasSuffix(".html") }.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
  }

  @Test("hostile texts never become markup", arguments: payloads)
  func escapes(payload: String) throws {
    let plain = html(try site().pages())
    let known: Set = ["body", "html", "svg", "g", "path", "line", "rect", "circle", "text", "tspan", "title", "a"]
    for (page, reference) in zip(html(try site(hostile: payload).pages()), plain) {
      // The same tags as with harmless texts, and no more.
      let (text, pictures) = Self.parts(page.text)
      #expect(Self.tags(text) == Self.tags(Self.parts(reference.text).text), "\(page.path)")
      // How many labels a picture has depends on their length, but not of what it is made (`tags` closes each page).
      for picture in pictures {
        #expect(Set(Self.tags(picture).map(\.name)).isSubset(of: known), "\(page.path)")
        #expect(!picture.contains(payload) || !payload.contains { "<\"'&".contains($0) }, "\(page.path)")
      }
    }
  }

  /// A page without its pictures, and those.
  private static func parts(_ page: String) -> (text: String, pictures: [String]) {
    var (text, pictures, depth) = ("", [String](), 0)
    for (index, piece) in page.components(separatedBy: "<svg ").enumerated() {
      let ends = piece.components(separatedBy: "</svg>")
      if index > 0 { depth += 1 }
      if depth == 1 { pictures.append("") }
      for (place, end) in ends.enumerated() {
        if place > 0 { depth -= 1 }
        if depth > 0 {
          let opens: String = place == 0 ? "<svg " : ""
          let closes: String = place < ends.count - 1 ? "</svg>" : ""
          pictures[pictures.count - 1] += opens + end + closes
        } else {
          text += end
        }
      }
    }
    return (text, pictures)
  }

  @Test("every link leads to a page of the site, and nothing is loaded from elsewhere")
  func links() throws {
    let pages = try site().pages()
    let paths = Set(pages.map(\.path))
    for page in html(pages) {
      let names = Set(Self.attributes("id", page.text))
      for target in Self.attributes("href", page.text) where target != "data:," {
        if target.hasPrefix("#") {
          #expect(names.contains(String(target.dropFirst())), "\(page.path) links to \(target)")
          continue
        }
        var parts = page.path.split(separator: "/").dropLast().map(String.init)
        for part in target.prefix(while: { $0 != "#" }).split(separator: "/") {
          if part == ".." {
            #expect(parts.popLast() != nil, "\(page.path) links to \(target)")
          } else {
            parts.append(String(part))
          }
        }
        #expect(paths.contains(parts.joined(separator: "/")), "\(page.path) links to \(target)")
      }
      #expect(Self.attributes("src", page.text).isEmpty)
      #expect(!page.text.contains("http://") && !page.text.contains("https://"))
      #expect(page.text.components(separatedBy: "<script").count == 2)
    }
  }

  @Test("every tag is closed in its order")
  func balanced() throws {
    for page in html(try site().pages()) {
      var open: [String] = []
      for tag in Self.tags(page.text) where !["meta", "link", "br", "!DOCTYPE"].contains(tag.name) && !tag.isSelfClosed
      {
        if tag.isClosing { #expect(open.popLast() == tag.name, "\(page.path)") } else { open.append(tag.name) }
      }
      #expect(open.isEmpty, "\(page.path): \(open)")
    }
  }

  @Test("every picture has a title and every page a JSON twin")
  func accessible() throws {
    let pages = try site().pages()
    for page in html(pages) {
      for picture in Self.parts(page.text).pictures {
        #expect(picture.prefix { $0 != ">" }.contains(" aria-label=\""), "\(page.path)")
      }
      let twin = try #require(pages.first { $0.path == page.path.dropLast(4) + "json" })
      _ = try JSONSerialization.jsonObject(with: Data(twin.bytes))
    }
  }

  @Test("the same records give the same bytes")
  func deterministic() throws { #expect(try site().pages() == site().pages()) }

  @Test("a site without a night says so")
  func empty() throws {
    let text = try #require(try MemorySite(name: "new").text("index.html"))
    #expect(text.contains("No night has been run yet"))
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
    // What stands in the one script is not markup.
    var rest = text[..<(text.range(of: "<script>")?.lowerBound ?? text.endIndex)] + "</body></html>"
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
    var site = try site()
    site.now = try #require(Timestamp("2013-04-01T02:10:00Z"))
    #expect(try !(site.text("index.html") ?? "").contains("data-expected="))
    site.expectedSeconds = 86_400
    let text = try #require(try site.text("index.html"))
    #expect(text.contains("data-expected=\"2013-04-02T02:10:00Z\" data-last=\"2013-04-01T02:10:00Z\""))
    #expect(text.contains("2013-04-02 02:10 UTC</time>: if that is past, no run came"))
  }
}
