internal import ArgumentParser

struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print the completion script of a shell.",
    discussion: """
      It completes commands and options, and the names of the site's runs, models and datasets.

      EXAMPLE:
        nightshift completions bash > /etc/bash_completion.d/nightshift
        nightshift completions zsh > "${fpath[1]}/_nightshift"
        nightshift completions fish > ~/.config/fish/completions/nightshift.fish
      """)

  enum Shell: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }

  @Argument(help: "The shell.")
  var shell: Shell

  func run() throws {
    let shell: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    Terminal.write(Nightshift.completionScript(for: shell))
  }
}
