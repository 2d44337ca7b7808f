import Records
import Store
import Testing

@testable import Reports

@Suite struct DatasetOverviewPageTests {
  private func text(_ site: FixtureSite, _ ledger: DatasetLedger) throws -> String {
    Markup(try site.dataset(ledger).page().bytes).main.text
  }

  @Test(
    "the page says what is in the newest version, whether it keeps its contract, and who uses it",
    arguments: [
      "Version 1 of 2013-01-01: 27,004 rows, 2 columns, 2 files, 2.3 MiB.",
      "✓ It keeps its contract</span>: 1 rule holds.",
      "2 columns: 1 string, 1 timestamp; 1 has missing values.",
      "3 jobs read it: import, night, train. One model learns of it.",
      "features@v3</a>, ", "plain.csv",
    ])
  func told(words: String) throws {
    let site = try FixtureSite()
    #expect(try text(site, site.flights).contains(words))
  }

  @Test("a version that differs says from which and how")
  func changes() throws {
    var site = try FixtureSite()
    let description = DatasetDescription(
      fileCount: 1, totalBytes: 9, files: [], rowCount: 26_000,
      columns: [.init(name: "wind", type: "float", missingCount: 0, distinctCount: 9)])
    site.flights.versions.add(
      DatasetVersion(
        number: 2, digest: Digest(of: [2]), description: try site.evidence.add(description),
        created: FixtureSite.time(2), run: nil, step: nil, rowCount: 26_000, totalBytes: 9, columnCount: 1))
    let page = try text(site, site.flights)
    #expect(page.contains("1,004 fewer rows than v1.") && page.contains("“time_hour” is gone"))
    #expect(page.contains("“wind” is new") && page.contains("by hand"))
  }

  @Test("lineage goes both ways")
  func lineage() throws {
    let site = try FixtureSite()
    let page = try site.dataset(site.flights)
    let boxes = try #require(page.twin.lineage?.boxes)
    #expect(boxes.contains { $0.kind == .files } && boxes.contains { $0.version?.text == "delay@v3" })
  }

  @Test("thousands of columns and files, hundreds of versions and uses: less than a megabyte")
  func bounded() throws {
    var site = try FixtureSite(count: 1)
    let long = String(repeating: "<", count: 300)
    let description = DatasetDescription(
      fileCount: 5000, totalBytes: 9,
      files: (0..<200).map { .init(path: "\($0)\(long)", sizeBytes: 9, digest: Digest(of: [1])) }, rowCount: 100,
      columns: (0..<2000).map {
        .init(
          name: "\($0)\(long)", type: "string", missingCount: 1, distinctCount: nil,
          topValues: [.init(text: long, count: 3)])
      })
    let digest = try site.evidence.add(description)
    for number in 1...450 {
      site.flights.versions.add(
        DatasetVersion(
          number: number, digest: Digest(of: Array("\(number)".utf8)), description: digest,
          created: FixtureSite.time(1), run: "run \(long) \(number)", step: nil, rowCount: 100, totalBytes: 9,
          columnCount: 2000, expired: long))
      site.flights.uses.add(
        DatasetUse(
          run: RunPlace(time: FixtureSite.time(1), run: "run \(number)"), job: long, step: long, kind: "sql",
          input: "data", version: number,
          made: (0..<40).map { .init(kind: .model, version: FixtureSite.label("m\($0)", 1)) }))
    }
    let page = try site.dataset(site.flights)
    #expect(page.page().bytes.count < 1_000_000)
    #expect(try CanonicalJSON.encodeForPeople(page.twin).count < 1_000_000)
    #expect(Markup(page.page().bytes).text.contains("more are in the JSON"))
  }

  @Test("a dataset without a version has a page")
  func fresh() throws {
    let site = try FixtureSite()
    #expect(try text(site, DatasetLedger(project: "air", name: "new")).contains("No version yet."))
  }

  @Test("the page is as it was looked at")
  func golden() throws {
    let site = try FixtureSite()
    try Golden.check(try text(site, site.flights), "dataset.html")
  }
}
