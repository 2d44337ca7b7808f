import Foundation
import Testing

/// Models that other tools train, and score by commands of their own.
@Suite struct CommandModelTests {
  let site: SiteFixture

  /// What each late flight's number is, and one that comes with a word.
  init() throws {
    site = try SiteFixture()
    for (name, seed, count) in [("train", 1, 240), ("test", 2, 150)] {
      var state = UInt64(seed)
      func next(_ bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
      }
      var text = "n,carrier,wet,late\n"
      for _ in 0..<count {
        let (n, carrier, wet) = (next(100), ["UA", "AA", "B6"][next(3)], next(2) == 1)
        let late = n + (carrier == "AA" ? 30 : 0) + next(40) > 75
        text += "\(next(20) == 0 ? "" : "\(n)"),\(carrier),\(wet),\(late)\n"
      }
      try site.write("\(name).csv", text)
    }
    try site.write("score.awk", Self.score)
    try site.write("score.py", Self.batches)
  }

  private static let score = """
    NR == 1 { print "score"; next }
    { x = ($1 == "" ? 50 : $1) + ($2 == "AA" ? 30 : 0); print 1 / (1 + exp(-(x - t) / 10)) }

    """

  /// The same in Python, asked batch after batch.
  private static let batches = """
    import math, sys
    threshold = float(open("threshold").read())
    header = None
    for line in sys.stdin:
        cells = line.rstrip("\\n").split(",")
        if cells == [""]:
            header = None
            print(flush=True)
        elif header is None:
            header = cells
            print("score")
        else:
            x = float(cells[0] or 50) + (30 if cells[1] == "AA" else 0)
            print(1 / (1 + math.exp(-(x - threshold) / 10)))

    """

  private static let awk = #"["sh", "-c", "awk -F, -v t=$(cat threshold) -f score.awk"]"#

  /// Runs a job whose command trains; `steps` come after it.
  @discardableResult
  private func run(
    score: String = Self.awk, contract: String = "", steps: String = "", day: Int = 1, training: String = "train.csv",
    inputs: String = "train: raw"
  ) throws -> SiteFixture.Answer {
    try site.write(
      "train.sh",
      #"""
      set -eu
      mkdir outputs/model
      awk -F, 'NR > 1 && $4 == "true" && $1 != "" { s += $1; k++ } END { print s / k }' inputs/train/*.csv \
        > outputs/model/threshold
      cp score.awk score.py outputs/model/
      for step in 1 2 3; do echo "{\"step\":$step,\"metric\":\"loss\",\"value\":0.$step}" >> metrics.ndjson; done
      cat > outputs/model/nightshift-model.json <<'END'
      {"format": "nightshift-command-model 1", "task": "binary", "classes": ["false", "true"], "target": "late",
       "features": ["n", {"name": "carrier", "kind": "categorical"}, {"name": "wet", "kind": "boolean"}],
       \#(contract)"score": \#(score)}
      END
      """#)
    try site.write(
      "job.yaml",
      """
      version: 1
      name: own
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: \(training), dataset: rows}}
        - {id: new, uses: snapshot, with: {from: test.csv, dataset: tests}}
        - id: own
          run: [sh, train.sh]
          inputs: {\(inputs)}
          outputs: {model: {kind: model, as: m}}
          code: [train.sh, score.awk, score.py]
      \(steps)
      """)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
    return try site.run("run")
  }

  private func page(_ day: Int = 1) throws -> String {
    let name = try #require(
      site.files("Store/reports/runs").first { $0.hasPrefix("own-2013020\(day)") && $0.hasSuffix(".html") })
    return try site.read("Store/reports/runs/\(name)")
  }

  @Test("a model that comes with a scoring command is evaluated, gated, promoted, used, watched and described")
  func everyStep() throws {
    let answer = try run(
      steps: """
          - {id: scores, uses: evaluate, with: {model: own.model, data: new, slices: [carrier]}}
          - {id: verdict, uses: gate, with: {challenger: scores, champion: m@champion, require: [auc >= 0.7, auc >= champion.auc]}}
          - {id: release, uses: promote, with: {verdict: verdict, model: own.model, alias: champion}}
          - {id: scored, uses: predict, with: {model: own.model, data: new, dataset: predictions, keys: [carrier]}}
          - {id: drift, uses: monitor, with: {model: own.model, data: new}}

        """)
    try #require(answer.status == 0, "\(answer.errors)")
    try #require(try site.run("data", "checkout", "p/predictions@latest", "out").status == 0)
    let rows = try site.read("out/predictions.csv").split(separator: "\n")
    #expect(rows.count == 151)
    #expect(rows[0] == "carrier,score")
    let shown = try site.run("model", "show", "p/m@champion").output
    #expect(shown.contains("run, binary, target late, 240 rows"))
    #expect(shown.contains("features: n, carrier, wet"))
    let page = try page()
    #expect(page.contains("loss by step"))
    #expect(try site.read("Store/reports/models/p/m.html").contains("loss"))
  }

  @Test("it has baselines to beat, and what it says is watched where its contract names `validation` rows")
  func baselinesAndValidation() throws {
    try site.write("held.csv", try site.read("test.csv"))
    try #require(try site.run("data", "add", "held.csv", "--as", "held", "--project", "p").status == 0)
    let answer = try run(
      contract: #""validation": "held", "#,
      steps: """
          - {id: scores, uses: evaluate, with: {model: own.model, data: new, resamples: 0}}
          - {id: verdict, uses: gate, with: {challenger: scores, champion: m@champion, require: [auc > baseline.auc]}}
          - {id: release, uses: promote, with: {verdict: verdict, model: own.model, alias: champion}}
          - {id: drift, uses: monitor, with: {model: own.model, data: new}}

        """, inputs: "train: raw, held: held@latest")
    try #require(answer.status == 0, "\(answer.errors)")
    #expect(try site.run("model", "show", "p/m@champion").status == 0)
    let page = try page()
    #expect(page.contains("auc beside the constant baseline is") && !page.contains("known for rows alone"))
  }

  @Test("asked once or in batches, in the open or in a sandbox, a command gives the same scores")
  func asking() throws {
    try site.write("again.csv", try site.read("train.csv") + ",AA,true,false\n")
    let predict = "  - {id: scored, uses: predict, with: {model: own.model, data: new, dataset: predictions}}\n"
    let batches = #""asking": "batches", "#
    let script = #"["python3", "score.py"]"#
    try #require(try run(steps: predict).status == 0)
    try #require(try run(score: script, contract: batches, steps: predict, day: 2).status == 0)
    // Where there is no bubblewrap, the site's rule says that there is to be none.
    let hasSandbox = try site.shell("bwrap --unshare-all --ro-bind / / true").status == 0
    try site.write("nightshift.yaml", "settle: 0s\nsandbox: \(hasSandbox ? "strict" : "off")\n")
    try #require(try run(steps: predict, day: 3, training: "again.csv").status == 0)
    let versions = ["v1", "v2", "v3"]
    for version in versions {
      try #require(try site.run("data", "checkout", "p/predictions@\(version)", version).status == 0)
    }
    let scores = try versions.map { version in
      try site.read("\(version)/predictions.csv").split(separator: "\n").dropFirst().compactMap { Double($0) }
    }
    #expect(scores[0].count == 150)
    // awk prints six digits.
    #expect(zip(scores[0], scores[1]).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(scores[0] == scores[2])
  }

  @Test(
    "a scoring command that does not answer as it should fails the step that makes the model, and says why",
    arguments: [
      (#"["sh", "-c", "echo no such tree >&2; exit 3"]"#, "", "ended with exit status 3; its last words: no such tree"),
      (#"["head", "-3"]"#, "", "its header has 3 columns (n, carrier, wet), and 1 is wanted"),
      (#"["sh", "-c", "echo score; echo 0.5; cat > /dev/null"]"#, "", "it has 1 scores for 8 rows"),
      (#"["awk", "{ print NR == 1 ? \"score\" : 7 }"]"#, "", "row 1 has the score 7.0, and a probability"),
      (#"["awk", "{ print NR == 1 ? \"score\" : \"high\" }"]"#, "", "“high”"),
      (#"["no-such-program"]"#, "", "there is no program “no-such-program” on PATH"),
      (#"["sleep", "60"]"#, #""timeout-seconds": 1, "#, "it neither read nor wrote for 1.0 s"),
      (
        #"["sh", "-c", "cat > /dev/null; echo score; for i in 1 2 3 4 5 6 7 8; do echo 0.5; done; exec >&-; sleep 60"]"#,
        #""timeout-seconds": 5, "#, "it closed its output and had not ended 5.0 s later"
      ),
      (
        #"["sh", "-c", "echo score; for i in 1 2 3 4 5 6 7; do echo 0.5; done; echo nan"]"#, "",
        "row 8 has no score"
      ),
      (
        #"["sh", "-c", "cat > /dev/null; echo score; for i in 1 2 3 4 5 6 7 8; do echo 0.5; done; kill -9 $$"]"#, "",
        "it ended with signal 9"
      ),
      (
        #"["sh", "-c", "cat > /dev/null; echo score; printf '0.5\n0.5\n0.'"]"#, "", "it has 3 scores for 8 rows"
      ),
      (
        #"["sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x; cat > /dev/null"]"#, "", "bytes for its scores"
      ),
      (
        #"["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 4"]"#, "", "it ended with exit status 4"
      ),
      (#"["true"]"#, #""askin": "once", "#, "the key `askin`, which it does not take: did you mean `asking`?"),
      (#"["true"]"#, #""training": "trian", "#, "the step has no such input of data: did you mean `train`?"),
    ])
  func faults(score: String, contract: String, complaint: String) throws {
    let answer = try run(score: score, contract: contract)
    #expect(answer.status == 10)
    #expect(answer.errors.contains(complaint), "\(answer.errors)")
    #expect(try site.run("model", "list").output.contains("m") == false)
  }

  @Test("lines may end as on other systems, and a command may answer before it has read all")
  func manners() throws {
    let predict = "  - {id: scored, uses: predict, with: {model: own.model, data: new, dataset: predictions}}\n"
    let crlf = #"["awk", "{ printf NR == 1 ? \"score\\r\\n\" : \"0.25\\r\\n\" }"]"#
    #expect(try run(score: crlf, steps: predict).status == 0)
    try #require(try site.run("data", "checkout", "p/predictions@v1", "out").status == 0)
    #expect(try site.read("out/predictions.csv").hasPrefix("score\n0.25\n"))
  }

  @Test("one that is asked in batches and answers without reading is given up after its time")
  func unread() throws {
    try site.write("score.py", "import sys, time\nprint('score\\n0.5\\n')\nsys.stdout.flush()\ntime.sleep(60)\n")
    try site.write("train.csv", try site.read("train.csv") + String(repeating: "1,UA,true,true\n", count: 30_000))
    let answer = try run(
      score: #"["python3", "score.py"]"#, contract: #""asking": "batches", "timeout-seconds": 1, "#)
    #expect(answer.status == 10)
    #expect(answer.errors.contains("failed after 0 rows"), "\(answer.errors)")
  }

  @Test("a missing value that is alone in its row comes as two quotes, and a word as it stands")
  func loneValue() throws {
    try site.write("train.csv", "word,late\nNA!,true\nUA,false\n\"\",true\nUA,false\n")
    try site.write("test.csv", "word,late\n\"\",true\nUA,false\n")
    try site.write(
      "score.awk", #"NR == 1 { print "score"; next } { print $1 == "\"\"" ? 0.75 : length($1) / 10 }"# + "\n")
    try site.write(
      "train.sh",
      #"""
      mkdir outputs/model && cp score.awk outputs/model && cat > outputs/model/nightshift-model.json <<'END'
      {"format": "nightshift-command-model 1", "task": "binary", "classes": ["false", "true"], "target": "late",
       "features": ["word"], "score": ["awk", "-f", "score.awk"]}
      END
      """#)
    try site.write(
      "job.yaml",
      """
      version: 1
      name: own
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: train.csv, dataset: rows}}
        - {id: new, uses: snapshot, with: {from: test.csv, dataset: tests}}
        - id: own
          run: [sh, train.sh]
          inputs: {train: raw}
          outputs: {model: {kind: model, as: m}}
          code: [train.sh, score.awk]
        - {id: scored, uses: predict, with: {model: own.model, data: new, dataset: predictions}}

      """)
    try #require(try site.run("submit", "job.yaml").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    try #require(try site.run("data", "checkout", "p/predictions@v1", "out").status == 0)
    #expect(try site.read("out/predictions.csv") == "score\n0.75\n0.2\n")
  }

  @Test("classes that the contract does not name are told when the model is made")
  func classes() throws {
    try site.write("train.csv", try site.read("train.csv").replacingOccurrences(of: ",true\n", with: ",yes\n"))
    let answer = try run()
    #expect(answer.status == 10)
    #expect(answer.errors.contains("does not name the class “yes” of the target “late”"), "\(answer.errors)")
  }

  @Test("data that lacks the features is not taken for what a model learnt from, unless the contract says so")
  func unknownTraining() throws {
    try site.write("other.csv", "event,late\nx,true\ny,false\n")
    try site.write("score.awk", Self.score)
    let explicit = #"{"name": "n", "kind": "numeric"}, {"name": "carrier", "categories": ["UA", "AA"]}"#
    func job(_ training: String) throws -> SiteFixture.Answer {
      try site.write(
        "train.sh",
        #"""
        mkdir outputs/model && cp score.awk outputs/model && cat > outputs/model/nightshift-model.json <<'END'
        {"format": "nightshift-command-model 1", "task": "binary", "classes": ["false", "true"], "target": "late",
         "features": [\#(explicit)], \#(training)"score": ["awk", "-F,", "-v", "t=40", "-f", "score.awk"]}
        END
        """#)
      try site.write(
        "job.yaml",
        """
        version: 1
        name: own
        project: p
        steps:
          - {id: raw, uses: snapshot, with: {from: other.csv, dataset: rows}}
          - {id: new, uses: snapshot, with: {from: test.csv, dataset: tests}}
          - id: own
            run: [sh, train.sh]
            inputs: {log: raw}
            outputs: {model: {kind: model, as: m}}
            code: [train.sh, score.awk]
          - {id: scores, uses: evaluate, with: {model: own.model, data: new}}
          - {id: drift, uses: monitor, with: {model: own.model, data: new}}

        """)
      try #require(try site.run("submit", "job.yaml").status == 0)
      return try site.run("run")
    }
    let guessed = try job("")
    #expect(guessed.status == 10)
    #expect(guessed.errors.contains("nobody knows what data the model m@v1 learnt from"), "\(guessed.errors)")
    let named = try job(#""training": "log", "#)
    #expect(named.status == 10)
    #expect(named.errors.contains("the data lacks 2 columns that the model reads"), "\(named.errors)")
  }

  @Test("a model whose own sample says something else than its command is refused")
  func sample() throws {
    let script =
      #"["sh", "-c", "awk -F, -v t=$(cat threshold) -f score.awk"]"#
    try site.write("score.awk", Self.score)
    try run(score: script)
    try site.write(
      "job.yaml",
      try site.read("job.yaml").replacingOccurrences(
        of: "run: [sh, train.sh]",
        with:
          #"run: "sh train.sh && printf 'n,carrier,wet\\n10,AA,true\\n' > outputs/model/sample.csv && printf 'score\\n0.9\\n' > outputs/model/sample-scores.csv""#
      ))
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-02T02:00:00Z").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 10)
    #expect(answer.errors.contains("it does not answer its own sample.csv as sample-scores.csv says: row 1"))
  }

  @Test("retraining replays the command's recipe on newer data")
  func retraining() throws {
    try #require(try run().status == 0)
    try site.write("more.csv", try site.read("train.csv") + "5,AA,true,true\n5,UA,true,false\n")
    try site.write(
      "again.yaml",
      """
      version: 1
      name: again
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: more.csv, dataset: rows}}
        - {id: wish, uses: retrain, with: {model: m@latest, data: raw, when: [new-rows >= 1]}}

      """)
    try #require(try site.run("submit", "again.yaml", "--now", "2013-02-03T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    #expect(try site.run("model", "show", "p/m@v2").output.contains("242 rows"))
  }
}
