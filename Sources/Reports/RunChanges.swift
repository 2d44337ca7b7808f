internal import Records

/// What differs between a run and the one of its job before it.
enum RunChanges {
  /// Rows of the table; a job of many parameters may change more.
  private static let limit = 60
  /// A step's time is told when it changed by this much, and by this share.
  private static let toldSeconds = 2.0
  private static let toldShare = 0.3

  static func html(of run: JobRun, since before: JobRun?, _ layout: Layout) -> HTML {
    guard let before else { return "" }
    let rows = inputs(run, before) + params(run, before) + metrics(run, before) + times(run, before)
    let heading: HTML = "<h2 id=\"changes\">What differs from \(layout.link(run: before.summary.id))</h2>"
    guard !rows.isEmpty else { return heading + "<p class=\"soft\">Same inputs, parameters and metrics.</p>" }
    let more: HTML =
      rows.count > limit ? "<p class=\"soft\">\(Format.grouped(rows.count - limit)) more differ.</p>" : ""
    return heading + Table.table(["", "Before", "Now", "Difference"], numeric: [1, 2, 3], Array(rows.prefix(limit)))
      + more
  }

  private static func inputs(_ run: JobRun, _ before: JobRun) -> [[HTML]] {
    pairs(run.inputs, before.inputs).map { name, old, new in
      ["\(name)", "\(old ?? "–")", "\(new ?? "–")", ""]
    }
  }

  private static func params(_ run: JobRun, _ before: JobRun) -> [[HTML]] {
    pairs(run.params, before.params).map { name, old, new in
      ["parameter <code>\(name)</code>", "\(old ?? "–")", "\(new ?? "–")", ""]
    }
  }

  private static func metrics(_ run: JobRun, _ before: JobRun) -> [[HTML]] {
    run.judgements.flatMap { judgement -> [[HTML]] in
      guard let old = before.judgements.first(where: { $0.step == judgement.step }) else { return [] }
      return pairs(judgement.metrics.mapValues(\.value), old.metrics.mapValues(\.value)).map { name, old, new in
        let delta = old.flatMap { old in new.map { Format.delta($0 - old) } } ?? ""
        return [
          "\(Format.metricTitle(name)) of <code>\(judgement.step)</code>", "\(Format.metric(old))",
          "\(Format.metric(new))", "\(delta)",
        ]
      }
    }
  }

  private static func times(_ run: JobRun, _ before: JobRun) -> [[HTML]] {
    pairs(run.stepSeconds, before.stepSeconds).compactMap { name, old, new in
      guard let old, let new, abs(new - old) >= toldSeconds, abs(new - old) >= toldShare * old else { return nil }
      let sign = new < old ? "−" : "+"
      return [
        "time of <code>\(name)</code>", "\(Format.seconds(old))", "\(Format.seconds(new))",
        "\(sign)\(Format.seconds(abs(new - old)))",
      ]
    }
  }

  /// What is not the same in both, by name.
  private static func pairs<Value: Equatable>(_ new: [String: Value], _ old: [String: Value])
    -> [(name: String, old: Value?, new: Value?)]
  {
    Set(new.keys).union(old.keys).sorted().filter { new[$0] != old[$0] }.map { ($0, old[$0], new[$0]) }
  }
}
