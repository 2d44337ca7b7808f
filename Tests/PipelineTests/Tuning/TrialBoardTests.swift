import Foundation
import Jobs
@testable import Learning
@testable import Pipeline
import Records
import Store
import Synchronization
import Testing

@Suite struct TrialBoardTests {
  struct Stopped: Error {}

  private static func plan(
    _ keys: String, trials: Int = 40, parallel: Int = 1, eta: String = "{log: [0.01, 0.3]}"
  ) throws -> TrialPlan {
    let spec = """
      version: 1
      name: j
      steps:
        - {id: raw, uses: snapshot, with: {from: a.csv, dataset: d}}
        - id: best
          uses: tune
          with: {data: raw, folds: {}, target: y, model: m, trials: \(trials), parallel: \(parallel), seed: 3,
                 params: {rounds: 90}, space: {eta: \(eta), max_depth: {int: [3, 9]}}, \(keys)}

      """
    let reader = SpecReader(
      file: "job.yaml", defaultProject: "default", overrides: [],
      run: RunContext(id: "j-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600)))
    guard case .tune(let options) = try reader.read(Array(spec.utf8)).steps[1].action else { throw Stopped() }
    return TrialPlan(options, isHigherBetter: false)
  }

  /// What would come of a trial: a loss from its parameters, given up where the rules say so.
  private static func outcome(_ assignment: TrialBoard.Assignment) -> TrialTrainer.Outcome {
    let parameters = assignment.proposal.parameters
    guard let eta = parameters["eta"].flatMap({ Double($0) }), parameters["max_depth"] != "4" else {
      return .init(status: .failed("no depth of 4"), value: nil)
    }
    let loss = abs(log(eta / 0.1)) + (parameters["max_depth"] == "6" ? 0 : 0.2)
    var rungs: [Double] = []
    if let pruning = assignment.pruning {
      for (rung, rounds) in pruning.halving.rungs(before: 90).enumerated() {
        rungs.append(loss)
        let others = rung < pruning.others.count ? pruning.others[rung] : []
        guard pruning.halving.goesOn(loss, among: others) else {
          return .init(
            status: .pruned, value: loss, turnValues: [loss], rounds: rounds, bestRound: rounds, rungLosses: rungs)
        }
      }
    }
    return .init(status: .complete, value: loss, turnValues: [loss], rounds: 90, bestRound: 90, rungLosses: rungs)
  }

  private static func search(
    _ plan: TrialPlan, limit: TrialLimit.End = .none, known: [TrialsDocument.Trial] = [], workers: Int = 1,
    dyingAfter deaths: Int = .max, hurried: Bool = false
  ) throws -> (trials: [TrialsDocument.Trial], journal: [TrialsDocument.Trial], told: [Int]) {
    let journal = Mutex<[TrialsDocument.Trial]>([])
    let told = Mutex<[Int]>([])
    let board = TrialBoard(
      plan, limit: TrialLimit(limit, earlierSeconds: 0), known: known,
      ended: { trial, _, _ in
        try journal.withLock {
          if $0.count >= deaths { throw Stopped() }
          $0.append(trial)
        }
      }, told: { trial in told.withLock { $0.append(trial.number) } })
    var trials: [TrialsDocument.Trial] = []
    do {
      trials = try board.run(workers: workers) { board in
        while let assignment = try board.take() {
          // Who is faster differs from trial to trial, and from run to run.
          usleep(UInt32((assignment.number &* 7919 &+ (hurried ? 13 : 0)) % 5) * 300)
          try board.finish(assignment, outcome(assignment), seconds: 0)
        }
      }
    } catch is Stopped {}
    return (trials, journal.withLock { $0 }, told.withLock { $0 })
  }

  @Test(
    "workers change nothing but the time: the sequence is that of the declared number",
    arguments: ["search: tpe", "search: asha", "search: tpe, halving: {}", "search: sobol"], [1, 2, 4])
  func sequence(search: String, parallel: Int) throws {
    let plan = try Self.plan(search, parallel: parallel)
    let alone = try Self.search(plan)
    let together = try Self.search(plan, workers: parallel, hurried: true)
    #expect(alone.trials.count == 40)
    #expect(together.trials == alone.trials)
    #expect(together.told == Array(1...40))
  }

  @Test("a declared number of trials at once is part of the sequence")
  func lagMatters() throws {
    let one = try Self.search(try Self.plan("search: tpe", parallel: 1)).trials
    #expect(one != (try Self.search(try Self.plan("search: tpe", parallel: 4)).trials))
  }

  @Test(
    "a search that died after any trial goes on with the same next one", arguments: [0, 1, 9, 10, 17, 39], [1, 3])
  func resumes(deaths: Int, parallel: Int) throws {
    let plan = try Self.plan("search: tpe, halving: {}", parallel: parallel)
    let whole = try Self.search(plan, workers: parallel).trials
    let dead = try Self.search(plan, workers: parallel, dyingAfter: deaths)
    #expect(dead.journal.count == deaths)
    let resumed = try Self.search(plan, known: dead.journal, workers: parallel, hurried: true)
    #expect(resumed.trials == whole)
    #expect(resumed.journal.count == 40 - deaths)
    #expect(resumed.told == Array(1...40))
  }

  @Test("over time a search ends after a trial; done again with as many it gives the same")
  func timeIsOver() throws {
    let plan = try Self.plan("search: tpe", parallel: 2)
    let short = try Self.search(plan, limit: .seconds(0.01), workers: 2).trials
    #expect((1..<40).contains(short.count))
    #expect(try Self.search(plan, limit: .trials(short.count), workers: 2).trials == short)
    #expect(try Self.search(plan, limit: .seconds(0)).trials.count == 1)
  }

  @Test("with no time left, what was begun before a later trial is still done: there are no gaps")
  func noGaps() throws {
    let plan = try Self.plan("search: tpe", parallel: 4)
    let whole = try Self.search(plan, workers: 4).trials
    let known = [whole[0], whole[1], whole[3]]
    #expect(try Self.search(plan, limit: .seconds(0), known: known).trials == Array(whole.prefix(4)))
  }

  @Test("successive halving gives up most trials, and never the best")
  func halving() throws {
    let trials = try Self.search(try Self.plan("search: asha")).trials
    let free = try Self.search(try Self.plan("search: random")).trials
    #expect(trials.count { $0.status == .pruned } > 20)
    #expect(trials.best(isHigherBetter: false)?.parameters == free.best(isHigherBetter: false)?.parameters)
  }

  @Test("a leaderboard begins with the simple models, and its search knows what the sets of trees showed")
  func auto() throws {
    let plan = try Self.plan("trainer: auto")
    let trials = try Self.search(plan, limit: .trials(12)).trials
    #expect(trials.prefix(5).map(\.label) == ["constant", "linear", "small trees", "medium trees", "large trees"])
    #expect(trials[5].label == nil)
    // The spec's own space is searched, and the sets keep to it.
    #expect(trials.dropFirst(2).allSatisfy { Set($0.parameters.keys) == ["eta", "max_depth"] })
  }

  @Test("a grid ends with its last point, however many trials were asked for")
  func grid() throws {
    let plan = try Self.plan("search: grid", trials: 1000, eta: "[0.1, 0.2]")
    let trials = try Self.search(plan).trials
    #expect(trials.count == 14)
    #expect(Set(trials.map(\.parameters)).count == 14)
    #expect(plan.isWholeGrid(1000))
    #expect(!(try Self.plan("search: grid", trials: 5, eta: "[0.1, 0.2]").isWholeGrid(5)))
  }
}
