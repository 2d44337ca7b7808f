package import Records
internal import Store

/// A run that is news to a site: its record, and what its steps gave.
package struct RunNews: Sendable {
  let reading: RunReading

  package init(_ record: RunRecord, _ evidence: any Evidence) throws {
    reading = RunReading(record, try RunDocuments(of: record, evidence))
  }

  package var record: RunRecord { reading.record }
  /// Its place in time.
  package var place: RunPlace { reading.summary.place }
}

/// The pages that belong to one run: its own, and those of profiles that it made.
package struct RunPages: Sendable {
  let reading: RunReading
  let before: JobRun?
  let siteName: String
  let hasPage: @Sendable (String) -> Bool
  let evidence: any Evidence

  /// Of a run by itself: no other page is there to be linked to.
  package init(_ news: RunNews, before: RunNews?, siteName: String, evidence: any Evidence) {
    self.init(
      reading: news.reading, before: before?.reading.jobRun, siteName: siteName, hasPage: { _ in false },
      evidence: evidence)
  }

  init(
    reading: RunReading, before: JobRun?, siteName: String, hasPage: @escaping @Sendable (String) -> Bool,
    evidence: any Evidence
  ) {
    self.reading = reading
    self.before = before
    self.siteName = siteName
    self.hasPage = hasPage
    self.evidence = evidence
  }

  private var path: String { Paths.run(reading.record.id) }
  private var layout: Layout { Layout(siteName: siteName, path: path) }

  package func pages() throws -> [Page] {
    [try page.page(layout), Page(twinOf: path, try RunTwin(reading).bytes())] + profiles()
  }

  /// What the run's page says, without its frame.
  var body: HTML { get throws { try page.body(layout) } }

  private var page: RunPage {
    RunPage(reading: reading, before: before, hasPage: hasPage, lineage: { try lineage(of: $0) })
  }

  private func lineage(of artifact: Artifact) throws -> HTML {
    var tracer = LineageTracer(evidence)
    let graph = try tracer.ancestry(of: artifact, madeBy: reading.record.id)
    return LineageSection(graph: graph, layout: layout, title: artifact.version?.text ?? artifact.shortDigest).html
  }

  private func profiles() -> [Page] {
    reading.documents.profiles.sorted { $0.key.shortText < $1.key.shortText }.flatMap { digest, document in
      let layout = Layout(siteName: siteName, path: Paths.profile(digest.shortText))
      let title = document.dataVersion?.text ?? "some data"
      return [
        ProfilePage(document, title: title).page(layout),
        Page(twinOf: layout.path, (reading.documents.bytes[digest] ?? []) + [UInt8(ascii: "\n")]),
      ]
    }
  }
}

extension Page {
  /// The JSON twin of the page at `path`.
  init(twinOf path: String, _ bytes: [UInt8]) {
    self.init(path: String(path.dropLast("html".count)) + "json", bytes: bytes)
  }

  init(twinOf path: String, _ value: some Encodable) throws {
    self.init(twinOf: path, try CanonicalJSON.encode(value) + [UInt8(ascii: "\n")])
  }
}
