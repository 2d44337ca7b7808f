internal import Disk
internal import Pipeline
internal import Records
internal import Store
internal import SystemPackage

/// Nothing while all is well; of each failure a short, complete account on standard error. That is cron's mail.
struct MailNarrator: Narrator {
  private static let tailLines = 20
  private static let tailBytes = 8192

  let site: Site

  func hear(_ event: Runner.Event) {
    switch event {
    case .rejected(let error): Terminal.complain(error)
    case .ended(let record) where record.outcome != .done: Terminal.warn(account(record))
    case .skipped(name: _, reason: _, isNew: false): return
    case .skipped, .noted: if let line = LineNarrator.line(event) { Terminal.warn("nightshift: \(line)") }
    default: return
    }
  }

  func end(_ summary: Runner.Summary?) {}

  private func account(_ run: RunRecord) -> String {
    var lines = ["nightshift: \(run.id) \(run.outcome.rawValue): \((run.reason ?? "").printable)"]
    if let step = run.steps.first(where: { $0.outcome == .failed }) {
      let tail = tail(of: step.id, run.id)
      if !tail.isEmpty { lines += ["  The log of step “\(step.id)” ends with:"] + tail.map { "    \($0)" } }
      let unreached = run.steps.filter { $0.outcome == .unreached }.map(\.id)
      if !unreached.isEmpty {
        lines.append("  Not tried, because they depend on it: \(unreached.joined(separator: ", "))")
      }
      let all = "nightshift logs \(run.id) \(step.id)"
      if run.reason?.contains(all) != true { lines.append("  All of it: \(all)") }
    }
    lines.append("  Page: \(site.store.root.appending("reports/runs/\(run.id).html"))")
    let wish = run.outcome == .cancelled ? "To run it after all" : "When it is mended"
    lines.append("  \(wish): nightshift retry \(run.id)")
    return lines.joined(separator: "\n")
  }

  /// The last lines of a step's log; none where it cannot be read.
  private func tail(of step: String, _ run: String) -> [String] {
    guard let folder = try? RunArchive(site.store).stepFolder(step, of: run),
      let file = try? site.disk.open(folder.appending("log")), let size = try? file.status().sizeBytes, size > 0
    else { return [] }
    let start = max(0, size - Self.tailBytes)
    guard let bytes = try? file.read(count: size - start, at: start) else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).printable }
    let whole = start > 0 ? Array(lines.dropFirst()) : lines
    return (whole.last?.isEmpty == true ? whole.dropLast() : whole[...]).suffix(Self.tailLines).map { $0 }
  }
}
