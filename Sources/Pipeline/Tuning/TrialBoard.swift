internal import Foundation
internal import Jobs
internal import Learning
internal import Records

/// Who does which trial: workers take the next one and bring back what came of it. Which trials are made, with which
/// parameters, and which are given up depends on their numbers alone, never on who is faster.
///
/// `@unchecked Sendable`: every property that changes is read and written between `lock` and `unlock` of the condition.
final class TrialBoard: @unchecked Sendable {
  /// A trial to be made.
  struct Assignment {
    /// From 0.
    var number: Int
    var proposal: TrialPlan.Proposal
    var pruning: TrialTrainer.Pruning?
  }

  private let plan: TrialPlan
  private let limit: TrialLimit
  private let changed = NSCondition()
  private let ended: (TrialsDocument.Trial, _ seconds: Double, _ elapsedSeconds: Double) throws -> Void
  private let told: (TrialsDocument.Trial) throws -> Void

  /// By number, from 0.
  private var trials: [Int: TrialsDocument.Trial]
  private var proposed: [Int: [String: String]] = [:]
  private var next = 0
  /// All trials below it have ended and were told of.
  private var toldCount = 0
  private var workerCount = 0
  private var isStopped = false
  private var failure: (any Error)?

  /// - Parameters:
  ///   - known: trials that were made before, from a journal.
  ///   - ended: notes a trial, whose number is from 1.
  ///   - told: gets each trial in the order of the numbers.
  init(
    _ plan: TrialPlan, limit: TrialLimit, known: [TrialsDocument.Trial],
    ended: @escaping (TrialsDocument.Trial, _ seconds: Double, _ elapsedSeconds: Double) throws -> Void,
    told: @escaping (TrialsDocument.Trial) throws -> Void
  ) {
    self.plan = plan
    self.limit = limit
    self.ended = ended
    self.told = told
    trials = Dictionary(known.map { ($0.number - 1, $0) }, uniquingKeysWith: { $1 })
  }

  /// Runs `work` in `count` threads of their own, and waits for the last. Gives the trials in the order of their numbers.
  func run(workers count: Int, _ work: @escaping @Sendable (TrialBoard) throws -> Void) throws -> [TrialsDocument.Trial]
  {
    workerCount = count
    for _ in 0..<count {
      let start = {
        try SystemThread.start {
          let result = Result { try work(self) }
          self.leave(result)
        }
      }
      do { try start() } catch { leave(.failure(error)) }
    }
    changed.lock()
    while workerCount > 0 { changed.wait() }
    defer { changed.unlock() }
    if let failure { throw failure }
    return (0..<toldCount).compactMap { trials[$0] }
  }

  private func leave(_ result: Result<Void, any Error>) {
    changed.lock()
    workerCount -= 1
    if case .failure(let error) = result { failure = failure ?? error }
    changed.broadcast()
    changed.unlock()
  }

  /// The next trial; nil when there is none. Waits for those that it must know of.
  func take() throws -> Assignment? {
    changed.lock()
    defer { changed.unlock() }
    while failure == nil, !isStopped, next < plan.count {
      guard toldCount >= next - plan.lag + 1 else {
        changed.wait()
        continue
      }
      let number = next
      if trials[number] != nil {
        next += 1
        try tell()
        continue
      }
      // A trial that was begun before a later one is made again, whatever the time: there are no gaps.
      guard number == 0 || limit.allows(number) || trials.keys.contains(where: { $0 > number }) else {
        isStopped = true
        return nil
      }
      next += 1
      let known = (0..<max(0, number - plan.lag + 1)).compactMap { trials[$0] }
      let pending = (known.count..<number).map { ($0, trials[$0]?.parameters ?? proposed[$0] ?? [:]) }
      let proposal = plan.proposal(number, ended: known, pending: pending)
      proposed[number] = proposal.parameters
      return Assignment(number: number, proposal: proposal, pruning: plan.pruning(number, ended: known))
    }
    return nil
  }

  func finish(_ assignment: Assignment, _ outcome: TrialTrainer.Outcome, seconds: Double) throws {
    let trial = TrialsDocument.Trial(assignment, outcome)
    changed.lock()
    defer { changed.unlock() }
    guard failure == nil else { return }
    try ended(trial, seconds, limit.elapsedSeconds)
    trials[assignment.number] = trial
    try tell()
    changed.broadcast()
  }

  private func tell() throws {
    while let trial = trials[toldCount], toldCount < next {
      try told(trial)
      toldCount += 1
    }
  }
}

/// How long a search may go on.
struct TrialLimit: Sendable {
  enum End: Sendable {
    case none
    /// No trial begins after so many seconds.
    case seconds(Double)
    /// So many trials, as many as there were when the time was over.
    case trials(Int)
  }

  let end: End
  /// What processes that died took.
  let earlierSeconds: Double
  private let start = ContinuousClock.now

  init(_ end: End, earlierSeconds: Double) {
    self.end = end
    self.earlierSeconds = earlierSeconds
  }

  /// Since the search began.
  var elapsedSeconds: Double { earlierSeconds + (ContinuousClock.now - start) / .seconds(1) }

  /// Whether trial `number`, counted from 0, may begin.
  func allows(_ number: Int) -> Bool {
    switch end {
    case .none: true
    case .seconds(let seconds): elapsedSeconds < seconds
    case .trials(let count): number < count
    }
  }
}

extension TrialsDocument.Trial {
  fileprivate init(_ assignment: TrialBoard.Assignment, _ outcome: TrialTrainer.Outcome) {
    let status: Status
    var why: String?
    switch outcome.status {
    case .complete: status = .complete
    case .pruned: status = .pruned
    case .failed(let reason): (status, why) = (.failed, reason)
    }
    self.init(
      number: assignment.number + 1, label: assignment.proposal.label, parameters: assignment.proposal.parameters,
      status: status)
    value = outcome.value
    foldValues = outcome.turnValues
    rounds = outcome.rounds
    bestRound = outcome.bestRound
    rungLosses = outcome.rungLosses.isEmpty ? nil : outcome.rungLosses
    reason = why
  }
}
