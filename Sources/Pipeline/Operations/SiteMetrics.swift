internal import Records

/// The metrics of a site: a pure function of the file that was there, the last pass and what waits. The counters, and what
/// is known of each job, are carried on in the file itself.
struct SiteMetrics {
  /// What the packs take, and when that was looked up.
  struct StoreSize: Equatable {
    var packs: Int
    var bytes: Int
    var measured: Timestamp
  }

  private struct Job: Hashable, Comparable {
    var project: String
    var name: String

    static func < (left: Job, right: Job) -> Bool { (left.project, left.name) < (right.project, right.name) }
  }

  private struct JobState {
    var lastEnd = 0.0
    var lastSuccess: Double?
    var seconds = 0.0
    var isDone = false
  }

  private let site: Exposition.Label
  private let earlier: [Exposition.Series: Double]
  /// What the earlier file said of jobs: read only when a job ended, as it is most of the file.
  private let jobText: Substring

  /// The family that the jobs' part of the file begins with.
  private static let jobsBegin = "nightshift_job_last_end_timestamp_seconds"

  /// More time series of jobs than a site should offer: the jobs that ran longest ago are left out.
  private static let jobLimit = 1000

  /// - Parameter earlier: the text of the file before this pass; empty where there was none.
  init(site: String, earlier: String) {
    self.site = Exposition.Label(name: "site", value: site)
    let begin = earlier.firstRange(of: "# HELP \(Self.jobsBegin) ")?.lowerBound ?? earlier.endIndex
    self.earlier = Exposition.samples(in: earlier[..<begin])
    jobText = earlier[begin...]
  }

  private static func jobs(in samples: [Exposition.Series: Double]) -> [Job: JobState] {
    var jobs: [Job: JobState] = [:]
    for (series, value) in samples {
      guard let project = series.value(of: "project"), let name = series.value(of: "job") else { continue }
      let job = Job(project: project, name: name)
      switch series.name {
      case jobsBegin: jobs[job, default: JobState()].lastEnd = value
      case "nightshift_job_last_success_timestamp_seconds": jobs[job, default: JobState()].lastSuccess = value
      case "nightshift_job_last_duration_seconds": jobs[job, default: JobState()].seconds = value
      case "nightshift_job_last_succeeded": jobs[job, default: JobState()].isDone = value == 1
      default: continue
      }
    }
    return jobs
  }

  private func earlier(_ name: String, _ labels: Exposition.Label...) -> Double? {
    earlier[Exposition.Series(name, [site] + labels)]
  }

  /// What the file before said of the store's size.
  var earlierSize: StoreSize? {
    guard let packs = earlier("nightshift_store_packs"), let bytes = earlier("nightshift_store_pack_bytes"),
      let measured = earlier("nightshift_store_measured_timestamp_seconds")
    else { return nil }
    return StoreSize(packs: Int(packs), bytes: Int(bytes), measured: Timestamp(seconds: Int(measured)))
  }

  /// The new text.
  func text(
    after pass: Pass, lastSuccess: Timestamp?, queue: QueueState, size: StoreSize?, freeBytes: Int?, version: String
  ) -> String {
    var page = Exposition()
    addPass(pass, lastSuccess, version, to: &page)
    addQueue(queue, to: &page)
    if let size { add(size, to: &page) }
    if let freeBytes {
      gauge(
        "nightshift_store_free_bytes", "Bytes that the file system of the store has left.", Double(freeBytes), &page)
    }
    if pass.ends.isEmpty, isJobTextCurrent {
      page.add(written: jobText)
    } else {
      add(jobs(after: pass), to: &page)
    }
    return page.text
  }

  /// Whether it is whole, and of a site of this name.
  private var isJobTextCurrent: Bool {
    let label = "site=\"\(Exposition.escaped(site.value))\""
    let firstSample = jobText.split(separator: "\n", maxSplits: 3).dropFirst(2).first
    return jobText.hasSuffix("\n") && firstSample?.contains(label) == true
  }

  private func jobs(after pass: Pass) -> [Job: JobState] {
    var jobs = Self.jobs(in: Exposition.samples(in: jobText))
    for end in pass.ends {
      let finished = Double(end.finished.seconds)
      var state = jobs[Job(project: end.project, name: end.job)] ?? JobState()
      state.lastEnd = finished
      state.seconds = end.wallSeconds
      state.isDone = end.isDone
      if end.isDone { state.lastSuccess = finished }
      jobs[Job(project: end.project, name: end.job)] = state
    }
    guard jobs.count > Self.jobLimit else { return jobs }
    let oldest = jobs.sorted { ($0.value.lastEnd, $0.key) < ($1.value.lastEnd, $1.key) }
    for (job, _) in oldest.prefix(jobs.count - Self.jobLimit) { jobs[job] = nil }
    return jobs
  }

  private func gauge(_ name: String, _ help: String, _ value: Double, _ page: inout Exposition) {
    page.add(name, .gauge, help, [([site], value)])
  }

  private func addPass(_ pass: Pass, _ lastSuccess: Timestamp?, _ version: String, to page: inout Exposition) {
    let outcomes = [
      ("done", pass.doneCount), ("failed", pass.failedCount), ("rejected", pass.rejectedCount),
      ("cancelled", pass.cancelledCount),
    ]
    page.add(
      "nightshift_build_info", .gauge, "The version of the tool; always 1.",
      [([site, Exposition.Label(name: "version", value: version)], 1)])
    gauge(
      "nightshift_last_run_start_timestamp_seconds", "When the last run started.", Double(pass.started.seconds), &page)
    gauge("nightshift_last_run_end_timestamp_seconds", "When the last run ended.", Double(pass.ended.seconds), &page)
    gauge("nightshift_last_run_duration_seconds", "How long the last run took.", pass.seconds, &page)
    if let lastSuccess {
      gauge(
        "nightshift_last_success_timestamp_seconds",
        "When the last run without a failed job, a rejected spec or a fault ended.", Double(lastSuccess.seconds), &page)
    }
    page.add(
      "nightshift_passes_total", .counter, "Runs of the tool that came to their end.",
      [([site], (earlier("nightshift_passes_total") ?? 0) + 1)])
    page.add(
      "nightshift_jobs_ended_total", .counter, "Jobs that came to their end, by outcome.",
      outcomes.map { outcome, count in
        let label = Exposition.Label(name: "outcome", value: outcome)
        return ([site, label], (earlier("nightshift_jobs_ended_total", label) ?? 0) + Double(count))
      })
  }

  private func addQueue(_ queue: QueueState, to page: inout Exposition) {
    let states = [
      ("inbox", queue.inbox), ("active", queue.active), ("deferred", queue.deferred), ("held", queue.held),
    ]
    page.add(
      "nightshift_jobs", .gauge, "Jobs that have not come to their end, by state.",
      states.map { ([site, Exposition.Label(name: "state", value: $0)], Double($1)) })
    gauge(
      "nightshift_queue_oldest_age_seconds", "How long the oldest job in the inbox has waited; 0 where none does.",
      Double(queue.oldestSeconds ?? 0), &page)
  }

  private func add(_ jobs: [Job: JobState], to page: inout Exposition) {
    let rows = jobs.sorted { $0.key < $1.key }.map { job, state in
      (
        labels: [
          site, Exposition.Label(name: "project", value: job.project), Exposition.Label(name: "job", value: job.name),
        ], state: state
      )
    }
    page.add(
      Self.jobsBegin, .gauge, "When the job's last run ended.",
      rows.map { ($0.labels, $0.state.lastEnd) })
    page.add(
      "nightshift_job_last_success_timestamp_seconds", .gauge, "When the job's last run that did not fail ended.",
      rows.compactMap { row in row.state.lastSuccess.map { (row.labels, $0) } })
    page.add(
      "nightshift_job_last_duration_seconds", .gauge, "How long the job's last run took.",
      rows.map { ($0.labels, $0.state.seconds) })
    page.add(
      "nightshift_job_last_succeeded", .gauge, "Whether the job's last run was done: 1, or failed: 0.",
      rows.map { ($0.labels, $0.state.isDone ? 1 : 0) })
  }

  private func add(_ size: StoreSize, to page: inout Exposition) {
    gauge("nightshift_store_packs", "Pack files of the store, as last measured.", Double(size.packs), &page)
    gauge("nightshift_store_pack_bytes", "Bytes of the pack files, as last measured.", Double(size.bytes), &page)
    gauge(
      "nightshift_store_measured_timestamp_seconds", "When the packs were last measured.",
      Double(size.measured.seconds), &page)
  }
}
