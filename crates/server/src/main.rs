//! The binary `chancery`.

fn main() -> std::process::ExitCode {
    chancery::cli::main()
}
