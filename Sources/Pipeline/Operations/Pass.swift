internal import Jobs
package import Records
internal import Store

/// What one `nightshift run` did, in the words of those who watch over the machine. Times are the wall clock's, whatever
/// moment the runs stand for.
package struct Pass: Sendable {
  /// A job that came to its end.
  package struct JobEnd: Hashable, Sendable {
    var project: String
    var job: String
    var run: String
    var isDone: Bool
    var reason: String?
    var finished: Timestamp
    var wallSeconds: Double
    /// The drift reports that it made.
    var drifts: [Digest]

    init(_ record: RunRecord) {
      project = record.project
      job = record.job
      run = record.id
      isDone = record.outcome == .done
      reason = record.reason
      finished = record.finished
      wallSeconds = record.wallSeconds
      drifts = record.steps.flatMap(\.outputs).map(\.artifact).filter { $0.kind == .drift }.map(\.digest)
    }

    init(
      project: String, job: String, run: String, isDone: Bool, reason: String? = nil, finished: Timestamp,
      wallSeconds: Double = 0, drifts: [Digest] = []
    ) {
      self.project = project
      self.job = job
      self.run = run
      self.isDone = isDone
      self.reason = reason
      self.finished = finished
      self.wallSeconds = wallSeconds
      self.drifts = drifts
    }
  }

  /// A spec that was refused.
  package struct Rejection: Hashable, Sendable {
    var spec: String
    /// Its first mistake, with its place.
    var reason: String
  }

  package var started: Timestamp
  package var ended: Timestamp
  package var seconds = 0.0
  var ends: [JobEnd] = []
  var rejections: [Rejection] = []
  /// Jobs that somebody cancelled: neither done nor failed, and no news to who did it.
  var cancelledCount = 0
  /// Why the runner could not go on.
  package var fault: String?
  /// The exit status that it ends with.
  package var status: Int32 = 0

  package init(started: Timestamp) {
    self.started = started
    ended = started
  }

  package var doneCount: Int { ends.count(where: \.isDone) }
  package var failedCount: Int { ends.count { !$0.isDone } }
  package var rejectedCount: Int { rejections.count }
  package var isIdle: Bool { ends.isEmpty && rejections.isEmpty && fault == nil }
  /// One that was stopped is no fault, and no success.
  var isGood: Bool { status == 0 && fault == nil && rejections.isEmpty && ends.allSatisfy(\.isDone) }

  /// Takes note of what the runner tells.
  package mutating func note(_ event: Runner.Event) {
    switch event {
    case .ended(let record) where record.outcome == .cancelled: cancelledCount += 1
    case .ended(let record): ends.append(JobEnd(record))
    case .rejected(let error):
      rejections.append(Rejection(spec: error.file, reason: error.lines.first ?? "it cannot be read"))
    default: return
    }
  }
}
