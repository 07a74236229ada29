//! The CA as a whole, from request to certificate, with OpenSSL as the judge.

extern crate chancery_ca as ca;

#[cfg(test)]
mod extensions;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod pkilint;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod privileged;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod road;
#[cfg(test)]
mod sid;
#[cfg(test)]
mod tricks;
#[cfg(test)]
mod validity;
#[cfg(test)]
mod world;
