//! The real program in the place of a world's own server.

use super::World;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// `chancery serve` on a world's home, logging everything as JSON.
pub(crate) struct Serving {
    child: Child,
    log: Arc<Mutex<Vec<u8>>>,
    said: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Serving {
    /// Takes the place of the world's own server.
    pub(crate) async fn instead(world: &mut World, program: &Path) -> Serving {
        world.stop().await;
        let mut child = Command::new(program)
            .args(["--local", "--config"])
            .arg(world.home.path().join("chancery.toml"))
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (tell, told) = std::sync::mpsc::channel();
        let mut error = BufReader::new(child.stderr.take().unwrap());
        let mut output = child.stdout.take().unwrap();
        let (first, said) = (Arc::clone(&log), Arc::<Mutex<Vec<u8>>>::default());
        let second = Arc::clone(&said);
        let readers = vec![
            std::thread::spawn(move || {
                let mut line = Vec::new();
                while error.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                    let parsed = serde_json::from_slice::<Value>(&line).unwrap_or_default();
                    if parsed["event"] == "listening" {
                        let _ = tell.send(parsed);
                    }
                    first.lock().unwrap().append(&mut line);
                }
            }),
            std::thread::spawn(move || {
                let mut all = Vec::new();
                let _ = output.read_to_end(&mut all);
                second.lock().unwrap().append(&mut all);
            }),
        ];
        let listening = told.recv().expect("the program listens");
        let address = |name: &str| listening[name].as_str().unwrap().parse().unwrap();
        (world.at.scep, world.at.admin) = (address("scep"), address("admin"));
        Serving { child, log, said, readers }
    }

    /// Resident memory, KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Everything that it logged until its end, and what it said to whoever started it.
    pub(crate) fn ended(mut self) -> (Vec<u8>, Vec<u8>) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(kill.success() && self.child.wait().unwrap().success());
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        let take = |kept: &Mutex<Vec<u8>>| std::mem::take(&mut *kept.lock().unwrap());
        (take(&self.log), take(&self.said))
    }
}
