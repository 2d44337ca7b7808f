internal import Jobs
internal import Records

extension StepContext {
  /// `profile`: what is in the data, in one pass.
  func profile(_ options: ProfileOptions) throws -> StepResult {
    let data = try artifact("data")
    var document = try Profiling.document(
      of: try table(data), target: options.target, threads: request.threads)
    document.data = data.digest
    document.dataVersion = data.version
    let alerts = document.alerts.map(\.text)
    let more = alerts.count > 20 ? ["and \(alerts.count - 20) more alerts"] : []
    return try result(.profile, document, headline: Self.headline(document), notes: alerts.prefix(20) + more)
  }

  private static func headline(_ document: ProfileDocument) -> String {
    let alerts = document.alerts.count
    let leaks = document.leaks.isEmpty ? "" : ", \(document.leaks.count) of leakage"
    return "\(document.rowCount) rows, \(document.columns.count) columns, "
      + (alerts == 0 ? "no alerts" : "\(alerts) alert\(alerts == 1 ? "" : "s")\(leaks)")
  }
}
