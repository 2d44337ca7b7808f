import Foundation
import Testing

/// Report pages in headless Chromium, by `Scripts/check-pages`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BrowserTests {
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let scripts = here.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scripts")
  private static let checker = scripts.appendingPathComponent("check-pages").path

  private func check(_ folder: URL, _ arguments: String...) throws -> SiteFixture.Answer {
    try SiteFixture.start(Self.checker, [folder.path] + arguments, folder)
  }

  private static let training = """
    version: 1
    name: delays
    project: p
    params: {rounds: 20}
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: shape, uses: profile, with: {data: raw, target: delay}}
      - {id: checked, uses: validate, with: {data: raw, contract: flights.contract.yaml}}
      - {id: parts, uses: split, with: {data: checked, by: time, column: time, test: 0.25, validation: 0.15}}
      - id: model
        uses: train
        with: {trainer: xgboost, data: parts.train, validation: parts.validation, target: delay > 25, exclude: [time],
               params: {max_depth: 3, rounds: "${{ params.rounds }}", early_stopping: 5}, seed: 7, model: delays}
      - id: scores
        uses: evaluate
        with: {model: model, data: parts.test, slices: [carrier, distance], fairness: {columns: carrier}, resamples: 200}
      - {id: verdict, uses: gate, with: {challenger: scores, champion: delays@champion, require: [auc >= 0.6, auc >= champion.auc - 0.01]}}
      - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}
      - {id: why, uses: explain, with: {model: model, data: parts.test}}
      - id: curves
        run: |
          for n in 1 2 3 4 5; do echo "{\\"step\\": $n, \\"metric\\": \\"loss\\", \\"value\\": 0.$((9 - n))}" >> metrics.ndjson; done
          echo learned

    """

  private static let night = """
    version: 1
    name: night
    project: p
    steps:
      - {id: arrived, uses: snapshot, with: {from: "new/*.csv", dataset: arrived}}
      - {id: scored, uses: predict, with: {model: delays@champion, data: arrived, dataset: scored, keys: [time], reasons: 2}}
      - {id: drift, uses: monitor, with: {model: delays@champion, data: arrived}}
      - {id: truth, uses: feedback, with: {predictions: scored, labels: arrived, key: [time], target: delay > 25}}
      - {id: bad, run: "echo no luck; exit 3"}

    """

  private static let contract = """
    version: 1
    columns:
      carrier: {in: [UA, AA, B6]}
      delay: {missing: <= 1%, severity: warn}

    """

  /// Trains, promotes, and plays two nights, in which a command fails.
  private func played() throws -> SiteFixture {
    let site = try SiteFixture()
    try site.write("landing/1.csv", flights(900))
    try site.write("flights.contract.yaml", Self.contract)
    try play(site, "delays.yaml", Self.training, "2013-02-01T02:00:00Z", expect: 0)
    for day in 2...3 {
      try site.write("new/\(day).csv", flights(300, seed: UInt64(day), start: 900 * day))
      try play(site, "night.yaml", Self.night, "2013-02-0\(day)T02:00:00Z", expect: 10)
    }
    return site
  }

  private func play(_ site: SiteFixture, _ name: String, _ spec: String, _ time: String, expect status: Int32) throws {
    try site.write(name, spec)
    let submitted = try site.run("submit", name, "--now", time)
    try #require(submitted.status == 0, "\(submitted.errors)")
    let answer = try site.run("run")
    try #require(answer.status == status, "\(answer.errors)")
  }

  @Test("pages are valid, silent, accessible and whole: as files, served, narrow, dark, by keys and without scripts")
  func clean() throws {
    let site = try played()
    let answer = try check(site.root.appendingPathComponent("Store/reports"), "--pages", "12")
    #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
    #expect(answer.output.hasPrefix("0 findings: "))
    try checkTwins(site)
  }

  /// Expects every JSON file of the site's reports to be of its published schema.
  private func checkTwins(_ site: SiteFixture) throws {
    let reports = site.root.appendingPathComponent("Store/reports")
    let answer = try SiteFixture.start(
      Self.scripts.appendingPathComponent("check-schemas").path, [reports.path], reports)
    #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
    #expect(answer.output.hasPrefix("0 findings: "))
  }

  @Test("hostile names and values are text, every one of them, and none runs")
  func hostile() throws {
    let hostile = try HostileSite()
    try hostile.play()
    let answer = try check(
      hostile.site.root.appendingPathComponent("Store/reports"), "--payloads", HostileSite.list.path)
    #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
    try checkTwins(hostile.site)
  }

  @Test("each fault of a page is found")
  func faults() throws {
    let site = Self.here.appendingPathComponent("Fixtures/faulty-pages")
    let looks = try check(site, "--all")
    let values = try check(site, "--payloads", site.appendingPathComponent("payloads.json").path, "--all")
    #expect(looks.status == 1 && values.status == 1, "\(looks.errors)\(values.errors)")
    let expected = try String(contentsOf: site.appendingPathComponent("expected.txt"), encoding: .utf8)
    let missed = expected.split(separator: "\n").filter { !(looks.output + values.output).contains($0) }
    #expect(missed.isEmpty, "\(missed)\n\n\(looks.output)\n\n\(values.output)")
  }

  @Test("without a browser it says so, and what to do")
  func missing() throws {
    let line = "NIGHTSHIFT_CHROMIUM=/nowhere/chromium \"$1\" \"$2\""
    let site = Self.here.appendingPathComponent("Fixtures/faulty-pages")
    let answer = try SiteFixture.start("/bin/sh", ["-c", line, "sh", Self.checker, site.path], site)
    #expect(answer.status == 69)
    #expect(answer.errors == "Scripts/check-pages: there is no browser at /nowhere/chromium: run Scripts/setup\n")
  }
}
