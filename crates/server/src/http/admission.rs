//! How many connections are open, in all and from one place (threat 49).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts open connections of one listener.
#[derive(Debug)]
pub(super) struct Admission {
    open: Mutex<Open>,
    most: usize,
    most_each: usize,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    each: HashMap<IpAddr, usize>,
}

/// Why a connection is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The listener has all it may have.
    Listener,
    /// This address has.
    Address,
}

impl Full {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Listener => "listener_full",
            Self::Address => "address_full",
        }
    }
}

impl Admission {
    /// `most` in all, `most_each` from one address; 0 there is no limit.
    pub(super) fn new(most: usize, most_each: usize) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), most, most_each })
    }

    /// A seat for a connection from `address`, given back when dropped.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Seat, Full> {
        let place = place(address);
        let mut open = self.lock();
        if open.total >= self.most {
            return Err(Full::Listener);
        }
        let here = open.each.entry(place).or_default();
        if self.most_each > 0 && *here >= self.most_each {
            return Err(Full::Address);
        }
        *here += 1;
        open.total += 1;
        Ok(Seat { admission: Arc::clone(self), place })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Counts stay true even if a thread died while it held them.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right of one connection to be open.
#[derive(Debug)]
pub(super) struct Seat {
    admission: Arc<Admission>,
    place: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.admission.lock();
        open.total = open.total.saturating_sub(1);
        if let Some(here) = open.each.get_mut(&self.place) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                open.each.remove(&self.place);
            }
        }
    }
}

/// An IPv4 address, or the /64 that one IPv6 customer has.
fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t49_seats_are_counted_by_address_and_given_back() {
        let admission = Admission::new(3, 2);
        let (a, b) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let first = admission.admit(a).unwrap();
        let _second = admission.admit(a).unwrap();
        assert_eq!(admission.admit(a).unwrap_err(), Full::Address);
        let _third = admission.admit(b).unwrap();
        assert_eq!(admission.admit(b).unwrap_err(), Full::Listener);
        drop(first);
        assert!(admission.admit(a).is_ok());
    }

    #[test]
    fn t49_an_ipv6_customer_is_one_place() {
        let admission = Admission::new(9, 1);
        let _seat = admission.admit("2001:db8::1".parse().unwrap()).unwrap();
        assert_eq!(admission.admit("2001:db8::2:2".parse().unwrap()).unwrap_err(), Full::Address);
        assert!(admission.admit("2001:db8:0:1::1".parse().unwrap()).is_ok());
        assert!(admission.admit("::ffff:192.0.2.1".parse().unwrap()).is_ok());
    }
}
