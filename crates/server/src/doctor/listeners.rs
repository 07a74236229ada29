//! Listeners (M46): where they are to be, and who is there.

use super::Examination;
use super::holder::holder;
use crate::config::Config;
use crate::explanation::administrator;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

pub(super) fn examine(config: &Config, examination: &mut Examination) {
    let listen = &config.listen;
    let tls = listen.scep_tls.as_ref().map(|one| ("listen.scep_tls", one.address));
    let all = [Some(("listen.scep", listen.scep)), tls, Some(("listen.admin", listen.admin))];
    for (key, address) in all.into_iter().flatten() {
        look(key, address, examination);
    }
}

fn look(key: &'static str, address: SocketAddr, examination: &mut Examination) {
    let error = match TcpListener::bind(address) {
        Ok(_) => return examination.well("listener", format!("{key} = {address}: free")),
        Err(error) => error,
    };
    let port = address.port();
    match error.kind() {
        ErrorKind::AddrInUse => match holder(port) {
            Some((pid, name)) if name == "chancery" => {
                examination.well("listener", format!("{key} = {address}: chancery listens (process {pid})"));
            }
            Some((pid, name)) => {
                let what = format!("{key} = {address}: {name} (process {pid}) listens there");
                examination.found(administrator::BIND, what, "stop it, or name another address");
            }
            None => {
                let what = format!("{key} = {address}: a process of another user listens there");
                examination.found(
                    administrator::BIND,
                    what,
                    "ask as root who it is, or name another address",
                );
            }
        },
        ErrorKind::PermissionDenied => {
            let what = format!("{key} = {address}: this user may not listen on ports below 1024");
            let fix = "give the service AmbientCapabilities=CAP_NET_BIND_SERVICE, or name another port";
            examination.found(administrator::BIND, what, fix);
        }
        ErrorKind::AddrNotAvailable => {
            let what = format!("{key} = {address}: this machine has no such address");
            examination.found(
                administrator::BIND,
                what,
                format!("write 0.0.0.0:{port}, [::]:{port} or an address it has"),
            );
        }
        _ => examination.found(
            administrator::BIND,
            format!("{key} = {address}: {error}"),
            "name another address",
        ),
    }
}
