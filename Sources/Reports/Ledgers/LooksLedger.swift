internal import Records
internal import Store

/// How often the data of a project was looked at to judge models by it. Each look lets a little of the data into the choice
/// of models: a test set that was looked at many times flatters whoever was chosen by it.
struct LooksLedger: Codable, Hashable, Sendable {
  var looks = Newest<Look>()

  /// What was seen of some data.
  struct Count: Equatable {
    /// Steps that judged a model on it, reused ones left out.
    var lookCount = 0
    var models: Set<Digest> = []
    var nights: Set<String> = []
    /// Among them searches, which judge every trial on it.
    var searchCount = 0
    var trialCount = 0
  }

  /// Nil for data that nobody looked at.
  func count(of data: Digest) -> Count? {
    var count: Count?
    for look in looks.entries where look.data == data {
      var sum = count ?? Count()
      if let trialCount = look.trialCount {
        sum.searchCount += 1
        sum.trialCount += trialCount
      } else if let model = look.model {
        sum.lookCount += 1
        sum.models.insert(model)
        sum.nights.insert(look.run.time.date)
      }
      count = sum
    }
    return count
  }

  /// The models that were judged on the data.
  func modelNames(of data: Digest) -> Set<EntityKey> {
    Set(looks.entries.lazy.filter { $0.data == data }.compactMap(\.modelName))
  }
}

/// One look of one step at some data.
struct Look: LedgerEntry {
  static let limit = 2000

  struct Place: Comparable {
    var run: RunPlace
    var step: String
    var data: String
    var model: String

    static func < (left: Place, right: Place) -> Bool {
      (left.run, left.step, left.data, left.model) < (right.run, right.step, right.data, right.model)
    }
  }

  var run: RunPlace
  var step: String
  var data: Digest
  /// Nil for a search.
  var model: Digest?
  /// Of a search.
  var trialCount: Int?
  var modelName: EntityKey?

  var place: Place {
    Place(run: run, step: step, data: data.description, model: model?.description ?? "")
  }
}

extension LooksLedger.Count {
  /// `This test data was looked at 14 times by 9 models over 12 nights.`, with a warning where it also steered a search.
  var html: HTML {
    let looks: HTML =
      "This test data was looked at \(Self.count(lookCount, "time")) by \(Self.count(models.count, "model")) over \(Self.count(nights.count, "night"))."
    guard searchCount > 0 else { return "<p class=\"soft\">\(looks)</p>" }
    return
      "<p class=\"soft\">\(looks) <span class=\"warn\">It also decided \(Self.count(searchCount, "search")) over \(Self.count(trialCount, "trial")): a model that was chosen by it looks better on it than it is.</span></p>"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    let plural = noun == "search" ? "searches" : noun + "s"
    return "\(Format.grouped(number)) \(number == 1 ? noun : plural)"
  }
}
