internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// What is to be queued of one recurring job at a moment, and what is then known of it. Decides, and does nothing.
struct DueRuns {
  var requests: [ScheduleBook.Request] = []
  var entry: ScheduleBook.Entry
  /// What people should know.
  var notes: [String] = []
  /// Whether there is something to queue or to note down.
  private(set) var isChange: Bool

  private let spec: RecurringSpec
  private let job: Job
  private let now: Timestamp

  /// - Parameters:
  ///   - entry: what is known of the job; nil at first sight: then its slots count from `now`, which is one if it is one.
  ///   - clock: the wall clock; `now` may be another moment that people chose.
  ///   - siteName: makes delays differ from site to site.
  init(
    of job: Job, _ spec: RecurringSpec, entry: ScheduleBook.Entry?, at now: Timestamp,
    clock: Timestamp = Runner.now(), siteName: String, _ watch: inout TriggerWatch
  ) throws {
    self.job = job
    self.spec = spec
    self.now = now
    let before = Timestamp(seconds: max(0, now.seconds - 1))
    self.entry = entry ?? ScheduleBook.Entry(project: job.project, job: job.name, after: before.text)
    isChange = entry == nil
    if let timetable = job.triggers?.timetable {
      distrustFuture(clock)
      addSlots(timetable, siteName)
    }
    for dataset in job.triggers?.datasets ?? [] { try addVersion(of: dataset, watch) }
    for model in job.triggers?.drift ?? [] { try addDrift(of: model, &watch) }
  }

  /// A clock that was ahead for a while would keep the schedule quiet until that time comes.
  private mutating func distrustFuture(_ clock: Timestamp) {
    guard abs(now.seconds - clock.seconds) <= 60, let after = Timestamp(entry.after),
      after.seconds - now.seconds > Self.marginSeconds
    else { return }
    notes.append(
      "\(job.project)/\(job.name): its last time was \(after.text), so a clock was ahead: its times count from now on")
    entry.after = now.text
    isChange = true
  }

  private static let marginSeconds = 3600

  private mutating func addSlots(_ timetable: Timetable, _ siteName: String) {
    guard let after = Timestamp(entry.after) else { return }
    let job = job
    let due = timetable.due(after: after, at: now) { Self.delay($0, timetable, job, siteName) }
    guard let newest = due.last else { return }
    if timetable.isOverfull(after: after, at: now) {
      notes.append(
        "\(job.project)/\(job.name): more than \(Timetable.limit) of its times passed since \(after.text): the newest \(due.count) are queued"
      )
    }
    for slot in due { add(slot.compact, at: slot, trigger: "schedule", requestedBy: nil) }
    entry.after = newest.text
    entry.slot = newest.text
  }

  /// Seconds that a slot comes later than its time: the same on every machine and in every attempt.
  static func delay(_ slot: Timestamp, _ timetable: Timetable, _ job: Job, _ siteName: String) -> Int {
    guard timetable.randomDelaySeconds > 0 else { return 0 }
    let digest = Digest(of: Array("\(siteName)\n\(job.project)/\(job.name)\n\(slot.text)".utf8))
    return Int(digest.hex.prefix(12), radix: 16).map { $0 % (timetable.randomDelaySeconds + 1) } ?? 0
  }

  private mutating func addVersion(of dataset: Triggers.Subject, _ watch: TriggerWatch) throws {
    let name = "\(dataset.project)/\(dataset.name)"
    guard let seen = entry.datasets[name] else {
      entry.datasets[name] = try watch.latest(of: dataset)
      isChange = true
      return
    }
    let (latest, cause) = try watch.news(of: dataset, since: seen, for: job)
    guard latest > seen else { return }
    entry.datasets[name] = latest
    isChange = true
    guard let cause else { return }
    add(
      "v\(cause.number)-\(Self.short(name))", at: now, trigger: "dataset \(name)@v\(cause.number)",
      requestedBy: cause.run)
  }

  private mutating func addDrift(of model: Triggers.Subject, _ watch: inout TriggerWatch) throws {
    let name = "\(model.project)/\(model.name)"
    guard let run = try watch.drift(of: model, for: job), entry.drift[name] != run else { return }
    entry.drift[name] = run
    add("drift-\(Self.short(name + run))", at: now, trigger: "drift \(name)", requestedBy: run)
  }

  private mutating func add(_ occasion: String, at time: Timestamp, trigger: String, requestedBy: String?) {
    isChange = true
    requests.append(
      ScheduleBook.Request(
        occasion: occasion,
        submission: Submission(
          specName: spec.file.specName, origin: spec.file.origin.string, params: [], by: "nightshift", at: now.text,
          logicalTime: time.text, requestedBy: requestedBy, trigger: trigger,
          isForeign: spec.file.isForeign ? true : nil)))
  }

  private static func short(_ text: String) -> Substring { Digest(of: Array(text.utf8)).hex.prefix(12) }
}
