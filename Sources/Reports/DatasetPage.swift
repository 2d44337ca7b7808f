internal import Records

/// One dataset: its versions, what is in the latest, who uses it.
struct DatasetPage {
  let records: SiteRecords
  let dataset: SiteRecords.Entity
  let lineage: Lineage

  var path: String { Paths.dataset(dataset.project, dataset.name) }

  func page() -> Page {
    let layout = Layout(records: records, path: path)
    let latest = dataset.versions.last
    let description = latest?.description.flatMap { records.datasetDescriptions[$0] }
    return layout.page(
      dataset.name, crumbs: ["\(dataset.project)"],
      """
      <h1>\(dataset.name)</h1>
      <p class="lead">\(summary(latest, description))</p>
      \(predictions(description, layout))
      \(changes(description))
      \(rowTrend)
      \(contracts(layout))
      \(columns(description))
      \(profile(layout))
      \(files(description))
      <h2>Versions</h2>
      \(versions(layout))
      \(origin(latest, layout))
      <h2>Used by</h2>
      \(users(layout))
      """)
  }

  private func summary(_ version: SiteRecords.Version?, _ description: DatasetDescription?) -> HTML {
    guard let version else { return "No version yet." }
    guard let description else { return "Version \(version.number), \(version.created.date)." }
    let rows = description.rowCount.map { "\(Format.grouped($0)) rows, \(description.columns.count) columns, " } ?? ""
    return
      "Version \(version.number) of \(version.created.date): \(rows)\(description.fileCount) file\(description.fileCount == 1 ? "" : "s"), \(Format.bytes(description.totalBytes)).\(description.note.map { " \($0)." } ?? "")"
  }

  private func predictions(_ description: DatasetDescription?, _ layout: Layout) -> HTML {
    guard let made = description?.predictions else { return "" }
    let model = records.models.first { $0.versions.contains { $0.digest == made.model } }
    let version = model?.versions.first { $0.digest == made.model }
    let link: HTML =
      model.map { "<a href=\"\(layout.to(Paths.model($0.project, $0.name)))\">\($0.name)@v\(version?.number ?? 0)</a>" }
      ?? ""
    let unseen = made.unseenCategoryCounts.sorted { $0.key < $1.key }.map { "\($0.key): \(Format.grouped($0.value))" }
      .joined(separator: ", ")
    return Table.facts([
      ("Scored by", "\(link) <span class=\"mono soft\">\(made.model.shortText)</span>"),
      ("From data", "<span class=\"mono\">\(made.data.shortText)</span>"),
      ("Values never seen in training", "\(unseen.isEmpty ? "none" : unseen)"),
    ])
  }

  /// Against the version before, from what is known of both.
  private func changes(_ description: DatasetDescription?) -> HTML {
    guard let description, let before = dataset.versions.dropLast().last,
      let old = before.description.flatMap({ records.datasetDescriptions[$0] })
    else { return "" }
    let sentences = DescriptionChanges.sentences(from: old, to: description)
    guard !sentences.isEmpty else { return "" }
    let points = sentences.prefix(30).map { sentence -> HTML in "<li>\(sentence)</li>" }
    let more: HTML = sentences.count > 30 ? "<li class=\"soft\">and \(sentences.count - 30) more</li>" : ""
    return "<h2>Since v\(before.number)</h2><ul class=\"plain\">\(points)\(more)</ul>"
      + "<p class=\"soft\"><code>nightshift data diff</code> compares the rows themselves.</p>"
  }

  private var rowTrend: HTML {
    let rows = dataset.versions.map { version in
      version.description.flatMap { records.datasetDescriptions[$0]?.rowCount }.map(Double.init)
    }
    guard rows.count > 1, rows.contains(where: { $0 != nil }) else { return "" }
    return "<h2>Rows by version</h2>"
      + Charts.lines(
        "Rows by version", place: "Version", labels: dataset.versions.map { "v\($0.number)" },
        [Charts.Series(name: "rows", colour: "a", values: rows)])
  }

  private func columns(_ description: DatasetDescription?) -> HTML {
    guard let description, !description.columns.isEmpty else { return "" }
    let count = max(1, description.rowCount ?? 1)
    let rows = description.columns.map { column -> [HTML] in
      let range: HTML =
        column.type == "string"
        ? "\(column.topValues.prefix(4).map { "\($0.text) (\(Format.percent(Double($0.count) / Double(count))))" }.joined(separator: ", "))"
        : "\(column.minimum ?? "–") to \(column.maximum ?? "–")"
      return [
        "\(column.name)", "\(column.type)", "\(Format.percent(Double(column.missingCount) / Double(count)))",
        "\(column.distinctCount.map(Format.grouped) ?? "many")", "\(column.mean.map { Format.metric($0) } ?? "–")",
        "\(column.standardDeviation.map { Format.metric($0) } ?? "–")", range,
      ]
    }
    return "<h2>Columns</h2>"
      + Table.table(
        ["Column", "Type", "Missing", "Distinct", "Mean", "Deviation", "Range or most frequent"],
        numeric: [2, 3, 4, 5], rows)
  }

  /// The newest result for each contract that versions were held against, and those before it in a line each.
  private func contracts(_ layout: Layout) -> HTML {
    var results: [(run: RunRecord, document: ContractDocument)] = []
    for run in records.runs {
      for output in run.steps.filter({ $0.outcome != .reused }).flatMap(\.outputs) {
        guard let document = records.contracts[output.artifact.digest], let version = document.dataVersion,
          version.project == dataset.project, version.name == dataset.name
        else { continue }
        results.append((run, document))
      }
    }
    guard let newest = results.first else { return "" }
    let rows = results.prefix(20).map { result -> [HTML] in
      [
        "\(result.document.dataVersion.map { "v\($0.number)" } ?? "–")", "\(result.document.contract)",
        ContractSection.summary(result.document), layout.link(result.run),
      ]
    }
    return "<h2>Contract</h2>" + ContractSection.html(newest.document)
      + (rows.count > 1 ? "<h3>Before</h3>" + Table.table(["Version", "Contract", "Result", "Run"], rows) : "")
  }

  /// The newest profile of any of its versions.
  private func profile(_ layout: Layout) -> HTML {
    let found = records.profiles.filter { entry in
      entry.value.dataVersion.map { $0.project == dataset.project && $0.name == dataset.name } ?? false
    }
    guard
      let newest = found.max(by: { a, b in
        (a.value.dataVersion?.number ?? 0, a.key.shortText) < (b.value.dataVersion?.number ?? 0, b.key.shortText)
      })
    else { return "" }
    return "<h2>Profile</h2>"
      + ProfileSummarySection.html(newest.value, link: layout.to(Paths.profile(newest.key.shortText)))
  }

  private func files(_ description: DatasetDescription?) -> HTML {
    guard let description else { return "" }
    let rows = description.files.map { file -> [HTML] in
      ["\(file.path)", "\(Format.bytes(file.sizeBytes))", "<span class=\"mono soft\">\(file.digest.shortText)</span>"]
    }
    let more =
      description.fileCount > description.files.count
      ? " (the first \(description.files.count) of \(description.fileCount))" : ""
    return "<h2>Files\(more)</h2>" + Table.table(["Path", "Size", "Digest"], numeric: [1], rows)
  }

  private func versions(_ layout: Layout) -> HTML {
    Table.table(
      ["Version", "Night", "Rows", "Size", "Run", "Digest"], numeric: [2, 3],
      dataset.versions.reversed().map { version -> [HTML] in
        let description = version.description.flatMap { records.datasetDescriptions[$0] }
        let run = version.run.map { id -> HTML in
          records.runs.contains { $0.id == id } ? "<a href=\"\(layout.to(Paths.run(id)))\">\(id)</a>" : "\(id)"
        }
        return [
          "v\(version.number)", "\(version.created.date)", "\(description?.rowCount.map(Format.grouped) ?? "–")",
          "\(description.map { Format.bytes($0.totalBytes) } ?? "–")", run ?? "by hand",
          "<span class=\"mono soft\" title=\"\(version.digestText)\">\(version.shortDigest)</span>",
        ]
      })
  }

  private func origin(_ version: SiteRecords.Version?, _ layout: Layout) -> HTML {
    guard let version else { return "" }
    let artifact = Artifact(
      kind: .dataset, digest: version.digest,
      version: VersionLabel(project: dataset.project, name: dataset.name, number: version.number))
    return """
      <h2>Where v\(version.number) comes from</h2>
      \(lineage.picture(of: artifact, title: "Lineage of \(dataset.name) v\(version.number)"))
      \(lineage.table(of: artifact, layout))
      """
  }

  private func users(_ layout: Layout) -> HTML {
    let rows = records.runs.flatMap { run in
      run.steps.flatMap { step in
        step.inputs.compactMap { input -> [HTML]? in
          guard let version = input.artifact?.version, version.name == dataset.name, version.project == dataset.project,
            input.artifact?.kind == .dataset
          else { return nil }
          return ["v\(version.number)", "\(step.id) (\(step.kind))", layout.link(run)]
        }
      }
    }
    return Table.table(["Version", "Step", "Run"], Array(rows.prefix(100)))
  }
}
